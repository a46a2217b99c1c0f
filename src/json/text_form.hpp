// Types that JSON holds as one string: identifiers, times, and what modules add by specialising TextForm.
#pragma once

#include "base/clock.hpp"
#include "base/enum_text.hpp"
#include "base/id.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace tally::json {

/// Specialise with print(), parse() and `expected`, the end of the message "must be ...".
template <class T>
struct TextForm;

template <class T>
concept HasTextForm = requires(const T& value, std::string_view text) {
    { TextForm<T>::print(value) } -> std::convertible_to<std::string>;
    { TextForm<T>::parse(text) } -> std::same_as<std::optional<T>>;
    { TextForm<T>::expected() } -> std::convertible_to<std::string>;
};

template <class Kind>
struct TextForm<Id<Kind>> {
    static std::string print(const Id<Kind>& id) { return id.text(); }

    static std::optional<Id<Kind>> parse(std::string_view text) { return Id<Kind>::parse(text); }

    static std::string expected() { return "an id: up to 64 letters, digits, '_' and '-'"; }
};

template <>
struct TextForm<Time> {
    static std::string print(Time time) { return to_rfc3339(time); }

    static std::optional<Time> parse(std::string_view text) { return parse_rfc3339(text); }

    static std::string expected() { return "an RFC 3339 time"; }
};

template <DescribedEnum T>
struct TextForm<T> {
    static std::string print(T value) { return std::string(enum_text(value)); }

    static std::optional<T> parse(std::string_view text) { return parse_enum<T>(text); }

    static std::string expected() {
        std::string list = "one of";
        for (const auto name : enum_texts<T>())
            list.append(list.size() == 6 ? " " : ", ").append(name);
        return list;
    }
};

}  // namespace tally::json
