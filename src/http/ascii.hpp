// Text as HTTP compares it: ASCII without case, and lists separated by commas.
#pragma once

#include <algorithm>
#include <string_view>

namespace tally::http {

inline char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

inline bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

/// Without the spaces and tabs around it.
inline std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Takes the text before the next `separator` off the front of `rest`, and trims it.
inline std::string_view take_item(std::string_view& rest, char separator) {
    const auto item = rest.substr(0, rest.find(separator));
    rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    return trim(item);
}

}  // namespace tally::http
