// The text of a described enumerator: the same in JSON, TOML and SQL.
#pragma once

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace tally {

template <class T>
concept DescribedEnum = boost::describe::has_describe_enumerators<T>::value;

/// An enumerator that would be a keyword ends in an underscore: `public_` is "public".
constexpr std::string_view enumerator_text(std::string_view name) {
    if (name.ends_with('_')) name.remove_suffix(1);
    return name;
}

template <DescribedEnum T>
constexpr std::string_view enum_text(T value) {
    std::string_view text;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
        if (enumerator.value == value) text = enumerator_text(enumerator.name);
    });
    return text;
}

template <DescribedEnum T>
constexpr std::optional<T> parse_enum(std::string_view text) {
    std::optional<T> value;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
        if (enumerator_text(enumerator.name) == text) value = enumerator.value;
    });
    return value;
}

/// Every enumerator's text, in the order of declaration: for messages that list what is allowed.
template <DescribedEnum T>
std::vector<std::string_view> enum_texts() {
    std::vector<std::string_view> texts;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
        texts.push_back(enumerator_text(enumerator.name));
    });
    return texts;
}

}  // namespace tally
