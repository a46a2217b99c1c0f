// How each type of setting is written in TOML and read back.
#pragma once

#include "config/duration.hpp"
#include "config/toml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <filesystem>
#include <limits>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>

namespace tally::config {

/// An enumeration's names in settings, in the order of its enumerators, which count from 0.
template <class Enum>
inline constexpr std::array<std::string_view, 0> enum_names;

/// How a type is written in TOML: one specialisation per kind of setting.
template <class T>
struct Codec;

template <>
struct Codec<bool> {
    static constexpr bool textual = false;

    static std::string expected() { return "true or false"; }

    static std::optional<bool> read(const Value& value) {
        const auto* flag = std::get_if<bool>(&value);
        return flag ? std::optional(*flag) : std::nullopt;
    }

    static std::string write(bool value) { return value ? "true" : "false"; }
};

template <std::unsigned_integral T>
struct Codec<T> {
    static constexpr bool textual = false;
    static constexpr auto most =
        static_cast<std::int64_t>(std::min<std::uint64_t>(std::numeric_limits<T>::max(), 1'000'000'000));

    static std::string expected() { return fmt::format("a whole number from 0 to {}", most); }

    static std::optional<T> read(const Value& value) {
        const auto* number = std::get_if<std::int64_t>(&value);
        if (!number || *number < 0 || *number > most) return std::nullopt;
        return static_cast<T>(*number);
    }

    static std::string write(T value) { return fmt::format("{}", value); }
};

template <>
struct Codec<std::string> {
    static constexpr bool textual = true;

    static std::string expected() { return "a string"; }

    static std::optional<std::string> read(const Value& value) {
        const auto* text = std::get_if<std::string>(&value);
        return text ? std::optional(*text) : std::nullopt;
    }

    static std::string write(const std::string& value) { return string_literal(value); }
};

template <>
struct Codec<std::filesystem::path> : Codec<std::string> {
    static std::string expected() { return "a path in quotes"; }

    static std::string write(const std::filesystem::path& value) { return string_literal(value.native()); }
};

/// One string is a list too, cut at its commas: the environment has no arrays.
template <>
struct Codec<Strings> {
    static constexpr bool textual = true;

    static std::string expected() { return "a list of strings such as [\"one\", \"two\"]"; }

    static std::optional<Strings> read(const Value& value) {
        if (const auto* strings = std::get_if<Strings>(&value)) return *strings;
        const auto* text = std::get_if<std::string>(&value);
        if (!text) return std::nullopt;
        Strings strings;
        for (const auto part : std::views::split(*text, ','))
            strings.emplace_back(part.begin(), part.end());
        return strings;
    }

    static std::string write(const Strings& value) {
        Strings literals;
        for (const auto& text : value)
            literals.push_back(string_literal(text));
        return fmt::format("[{}]", fmt::join(literals, ", "));
    }
};

template <>
struct Codec<Milliseconds> {
    static constexpr bool textual = true;

    static std::string expected() { return "a duration such as \"2s\" or \"333ms\""; }

    static std::optional<Milliseconds> read(const Value& value) {
        const auto* text = std::get_if<std::string>(&value);
        return text ? parse_duration(*text) : std::nullopt;
    }

    static std::string write(Milliseconds value) { return string_literal(duration_text(value)); }
};

template <class T>
    requires std::is_enum_v<T>
struct Codec<T> {
    static constexpr bool textual = true;
    static constexpr auto& names = enum_names<T>;

    static std::string expected() { return fmt::format("one of \"{}\"", fmt::join(names, "\", \"")); }

    static std::optional<T> read(const Value& value) {
        const auto* text = std::get_if<std::string>(&value);
        const auto found = text ? std::ranges::find(names, *text) : names.end();
        if (found == names.end()) return std::nullopt;
        return static_cast<T>(found - names.begin());
    }

    static std::string write(T value) { return string_literal(names.at(static_cast<std::size_t>(value))); }
};

}  // namespace tally::config
