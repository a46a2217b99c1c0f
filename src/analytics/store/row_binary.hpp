// ClickHouse's RowBinary: rows without names, each column by its type. Numbers are little-endian, texts have
// their length before them, what may be NULL has a byte that says so.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/enum_text.hpp"
#include "sql/value.hpp"

#include <concepts>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tally::analytics {

class RowWriter {
public:
    RowWriter& operator<<(std::int64_t value) { return number(value); }

    RowWriter& operator<<(std::uint64_t value) { return number(value); }

    RowWriter& operator<<(double value) { return number(value); }

    RowWriter& operator<<(bool value) { return number(std::uint8_t{value}); }

    RowWriter& operator<<(std::string_view text);

    RowWriter& operator<<(const std::string& text) { return *this << std::string_view(text); }

    RowWriter& operator<<(Time time) { return *this << std::int64_t{time.time_since_epoch().count()}; }

    /// An Enum8 whose numbers are the enumerators'.
    template <DescribedEnum T>
    RowWriter& operator<<(T value) {
        return number(static_cast<std::uint8_t>(value));
    }

    template <class T>
    RowWriter& operator<<(const std::optional<T>& value) {
        *this << !value.has_value();
        return value ? *this << *value : *this;
    }

    bool empty() const { return rows_.empty(); }

    std::string take() { return std::exchange(rows_, {}); }

private:
    template <class T>
    RowWriter& number(T value) {
        char bytes[sizeof value];  // NOLINT(modernize-avoid-c-arrays): append takes a pointer
        std::memcpy(bytes, &value, sizeof value);
        rows_.append(bytes, sizeof value);
        return *this;
    }

    std::string rows_;
};

/// Every member throws sql::Unavailable where the rows end early.
class RowReader {
public:
    explicit RowReader(std::string_view rows) : rest_(rows) {}

    /// There is another row.
    bool more() const { return !rest_.empty(); }

    RowReader& operator>>(std::int64_t& value) { return number(value); }

    RowReader& operator>>(std::uint64_t& value) { return number(value); }

    RowReader& operator>>(std::uint8_t& value) { return number(value); }

    RowReader& operator>>(double& value) { return number(value); }

    RowReader& operator>>(bool& value) { return converted<std::uint8_t>(value); }

    /// Good for as long as the rows are.
    RowReader& operator>>(std::string_view& text);

    RowReader& operator>>(std::string& text) {
        std::string_view view;
        *this >> view;
        text = view;
        return *this;
    }

    RowReader& operator>>(Time& time) {
        std::int64_t count = 0;
        number(count);
        time = Time(Milliseconds(count));
        return *this;
    }

    template <DescribedEnum T>
    RowReader& operator>>(T& value) {
        std::uint8_t number_of = 0;
        number(number_of);
        value = static_cast<T>(number_of);
        if (enum_text(value).empty())
            throw sql::Unavailable("analytics store: an enumerator that is not known");
        return *this;
    }

    template <class T>
    RowReader& operator>>(std::optional<T>& value) {
        bool null = false;
        *this >> null;
        if (!null) return *this >> value.emplace();
        value.reset();
        return *this;
    }

private:
    std::string_view take(std::uint64_t size);

    template <class T>
    RowReader& number(T& value) {
        const auto bytes = take(sizeof value);
        std::memcpy(&value, bytes.data(), bytes.size());
        return *this;
    }

    template <class From, class To>
    RowReader& converted(To& to) {
        From from{};
        number(from);
        to = static_cast<To>(from);
        return *this;
    }

    std::string_view rest_;
};

}  // namespace tally::analytics
