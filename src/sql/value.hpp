// How C++ values are held in columns: integers, numbers and text alone, so that SQLite and PostgreSQL agree.
#pragma once

#include "base/clock.hpp"
#include "base/enum_text.hpp"
#include "base/id.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <variant>

namespace tally::sql {

/// monostate is NULL. Integer columns are declared BIGINT: SQLite's INTEGER would be read as 32 bits.
using Value = std::variant<std::monostate, std::int64_t, double, std::string>;

/// The store is gone or answers nonsense. Thrown, and turned into an answer at one place per request.
class Unavailable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Specialise with store(const T&) -> Value and load(const Value&) -> T for further types.
template <class T>
struct Column;

template <class T>
const T& stored(const Value& value) {
    if (const auto* held = std::get_if<T>(&value)) return *held;
    throw Unavailable("store: a column has another type than its member");
}

/// Booleans, durations and counts.
template <class T>
    requires std::integral<T>
struct Column<T> {
    static Value store(T value) { return static_cast<std::int64_t>(value); }

    static T load(const Value& value) { return static_cast<T>(stored<std::int64_t>(value)); }
};

template <>
struct Column<double> {
    static Value store(double value) { return value; }

    static double load(const Value& value) { return stored<double>(value); }
};

template <>
struct Column<std::string> {
    static Value store(const std::string& value) { return value; }

    static std::string load(const Value& value) { return stored<std::string>(value); }
};

template <class Period>
struct Column<std::chrono::duration<std::int64_t, Period>> {
    using Duration = std::chrono::duration<std::int64_t, Period>;

    static Value store(Duration value) { return value.count(); }

    static Duration load(const Value& value) { return Duration(stored<std::int64_t>(value)); }
};

/// Milliseconds since 1970.
template <>
struct Column<Time> {
    static Value store(Time value) { return std::int64_t{value.time_since_epoch().count()}; }

    static Time load(const Value& value) { return Time(Milliseconds(stored<std::int64_t>(value))); }
};

template <class Kind>
struct Column<Id<Kind>> {
    static Value store(const Id<Kind>& id) { return id.text(); }

    static Id<Kind> load(const Value& value) {
        auto id = Id<Kind>::parse(stored<std::string>(value));
        if (!id) throw Unavailable("store: a column holds no identifier");
        return *std::move(id);
    }
};

template <DescribedEnum T>
struct Column<T> {
    static Value store(T value) { return std::string(enum_text(value)); }

    static T load(const Value& value) {
        const auto parsed = parse_enum<T>(stored<std::string>(value));
        if (!parsed) throw Unavailable("store: unknown name " + stored<std::string>(value));
        return *parsed;
    }
};

template <class T>
struct Column<std::optional<T>> {
    static Value store(const std::optional<T>& value) { return value ? Column<T>::store(*value) : Value{}; }

    static std::optional<T> load(const Value& value) {
        if (std::holds_alternative<std::monostate>(value)) return std::nullopt;
        return Column<T>::load(value);
    }
};

}  // namespace tally::sql
