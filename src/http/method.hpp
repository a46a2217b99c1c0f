// Methods by their names on the wire (RFC 9110 9).
#pragma once

#include "http/message.hpp"

#include <algorithm>
#include <array>

namespace tally::http {

inline constexpr std::array<std::pair<std::string_view, Method>, 7> method_names{{
    {"GET", Method::get},
    {"HEAD", Method::head},
    {"POST", Method::post},
    {"PUT", Method::put},
    {"PATCH", Method::patch},
    {"DELETE", Method::del},
    {"OPTIONS", Method::options},
}};

constexpr std::string_view name_of(Method method) {
    const auto found = std::ranges::find(method_names, method, &std::pair<std::string_view, Method>::second);
    return found == method_names.end() ? "other" : found->first;
}

constexpr Method method_of(std::string_view name) {
    const auto found = std::ranges::find(method_names, name, &std::pair<std::string_view, Method>::first);
    return found == method_names.end() ? Method::other : found->second;
}

}  // namespace tally::http
