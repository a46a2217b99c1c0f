// The one mapping between described structs and JSON.
//
// Members are camelCase, enumerators keep their names. Milliseconds and seconds are numbers of seconds (API
// section 1.1). Encoding, an empty optional is null. Decoding, optionals and lists may be absent, every other
// member is required, and unknown members are ignored: clients may know a later API.
#pragma once

#include "json/error.hpp"
#include "json/text_form.hpp"

#include <boost/describe/members.hpp>
#include <boost/json.hpp>
#include <boost/mp11/algorithm.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <concepts>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace tally::json {

using boost::json::array;
using boost::json::object;
using boost::json::value;

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;

template <class T>
value encode(const T& from);
template <class T>
Decoded<T> decode(const value& from);

namespace detail {

/// "started_at" to "startedAt", at compile time.
template <std::size_t Size>
struct CamelCase {
    std::array<char, Size + 1> text{};
    std::size_t size = 0;

    constexpr explicit CamelCase(std::string_view snake) {
        bool upper = false;
        for (const char letter : snake) {
            if (letter != '_') {
                text[size++] = upper && letter >= 'a' && letter <= 'z' ? char(letter - 'a' + 'A') : letter;
            }
            upper = letter == '_';
        }
    }

    constexpr operator std::string_view() const { return {text.data(), size}; }
};

template <class Member>
inline constexpr auto wire_name = CamelCase<std::string_view(Member::name).size()>(Member::name);

template <class T>
using Members =
    boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;
template <class T>
inline constexpr bool is_duration = false;
template <class Count, class Period>
inline constexpr bool is_duration<std::chrono::duration<Count, Period>> = true;
template <class T>
concept Document = std::same_as<T, value> || std::same_as<T, object> || std::same_as<T, array>;

inline std::unexpected<FieldErrors> invalid(std::string code, std::string message) {
    return std::unexpected(FieldErrors{{{}, std::move(code), std::move(message)}});
}

/// Appends `inner` errors to `errors`, their pointers put below `name`.
void add_below(FieldErrors& errors, std::string_view name, FieldErrors inner);

template <class T>
Decoded<T> decode_struct(const value& from) {
    const auto* source = from.if_object();
    if (!source) return invalid("wrong_type", "must be an object");
    T out;
    FieldErrors errors;
    boost::mp11::mp_for_each<Members<T>>([&]<class Member>(Member) {
        auto& member = out.*Member::pointer;
        using Type = std::remove_cvref_t<decltype(member)>;
        const std::string_view name = wire_name<Member>;
        if (const auto* field = source->if_contains(name)) {
            if (auto decoded = decode<Type>(*field))
                member = std::move(*decoded);
            else
                add_below(errors, name, std::move(decoded).error());
        } else if constexpr (!is_optional<Type> && !is_list<Type>) {
            add_below(errors, name, {{{}, "required", "is required"}});
        }
    });
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return out;
}

template <class T>
Decoded<T> decode_list(const value& from) {
    const auto* source = from.if_array();
    if (!source) return invalid("wrong_type", "must be an array");
    T out;
    FieldErrors errors;
    for (std::size_t i = 0; i < source->size(); ++i) {
        if (auto decoded = decode<typename T::value_type>((*source)[i]))
            out.push_back(std::move(*decoded));
        else
            add_below(errors, std::to_string(i), std::move(decoded).error());
    }
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return out;
}

template <class T>
Decoded<T> decode_text(const value& from) {
    const auto* text = from.if_string();
    if (!text) return invalid("wrong_type", "must be a string");
    // Databases cannot keep it, and would cut the text there.
    if (text->find('\0') != text->npos) return invalid("invalid_value", "must not contain U+0000");
    if constexpr (std::same_as<T, std::string>) {
        return std::string(*text);
    } else {
        auto parsed = TextForm<T>::parse(*text);
        if (!parsed) return invalid("invalid_value", "must be " + TextForm<T>::expected());
        return std::move(*parsed);
    }
}

template <class T>
Decoded<T> decode_number(const value& from) {
    boost::system::error_code error;
    const auto number = from.to_number<T>(error);
    if (!error) return number;
    if (!from.is_number()) return invalid("wrong_type", "must be a number");
    return invalid("out_of_range", std::integral<T> ? "must be a whole number in range" : "is out of range");
}

template <class T>
Decoded<T> decode_duration(const value& from) {
    const auto seconds = decode_number<double>(from);
    if (!seconds) return std::unexpected(seconds.error());
    constexpr double longest = 10.0 * 365 * 86400;
    if (!(std::abs(*seconds) <= longest)) return invalid("out_of_range", "must be a number of seconds");
    return std::chrono::round<T>(std::chrono::duration<double>(*seconds));
}

}  // namespace detail

template <class T>
value encode(const T& from) {
    if constexpr (detail::Document<T>) {
        return from;
    } else if constexpr (HasTextForm<T>) {
        return value(TextForm<T>::print(from));
    } else if constexpr (detail::is_duration<T>) {
        if constexpr (std::same_as<T, std::chrono::seconds>)
            return from.count();
        else
            return std::chrono::duration<double>(from).count();
    } else if constexpr (detail::is_optional<T>) {
        return from ? encode(*from) : value(nullptr);
    } else if constexpr (detail::is_list<T>) {
        array out;
        out.reserve(from.size());
        for (const auto& item : from)
            out.push_back(encode(item));
        return out;
    } else if constexpr (Described<T>) {
        object out;
        boost::mp11::mp_for_each<detail::Members<T>>([&]<class Member>(Member) {
            out.emplace(std::string_view(detail::wire_name<Member>), encode(from.*Member::pointer));
        });
        return out;
    } else {
        return boost::json::value_from(from);
    }
}

namespace detail {

/// What is no structure of ours: whole documents, truth values and numbers.
template <class T>
Decoded<T> decode_plain(const value& from) {
    if constexpr (std::same_as<T, value>) {
        return from;
    } else if constexpr (std::same_as<T, object>) {
        if (!from.is_object()) return invalid("wrong_type", "must be an object");
        return from.get_object();
    } else if constexpr (std::same_as<T, bool>) {
        if (!from.is_bool()) return invalid("wrong_type", "must be true or false");
        return from.get_bool();
    } else {
        return decode_number<T>(from);
    }
}

template <class T>
Decoded<T> decode_optional(const value& from) {
    if (from.is_null()) return T{};
    auto decoded = decode<typename T::value_type>(from);
    if (!decoded) return std::unexpected(std::move(decoded).error());
    return T(std::move(*decoded));
}

}  // namespace detail

template <class T>
Decoded<T> decode(const value& from) {
    if constexpr (HasTextForm<T> || std::same_as<T, std::string>)
        return detail::decode_text<T>(from);
    else if constexpr (detail::is_duration<T>)
        return detail::decode_duration<T>(from);
    else if constexpr (detail::is_optional<T>)
        return detail::decode_optional<T>(from);
    else if constexpr (detail::is_list<T>)
        return detail::decode_list<T>(from);
    else if constexpr (Described<T>)
        return detail::decode_struct<T>(from);
    else
        return detail::decode_plain<T>(from);
}

}  // namespace tally::json
