// JSON text in and out of values and described structs.
#pragma once

#include "json/mapping.hpp"

#include <string>
#include <string_view>

namespace tally::json {

/// Nesting is bounded. The error is one "malformed" with the position in the text.
Decoded<value> parse(std::string_view text);

/// Compact, with numbers as people write them: 3605.2, where Boost prints 3.6052E3.
std::string print(const value& document);

template <class T>
Decoded<T> read(std::string_view text) {
    auto document = parse(text);
    if (!document) return std::unexpected(std::move(document).error());
    return decode<T>(*document);
}

template <class T>
std::string write(const T& from) {
    return print(encode(from));
}

}  // namespace tally::json
