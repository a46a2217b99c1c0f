#include "json/checks.hpp"

#include <algorithm>

namespace tally::json {

void Checks::length(std::string_view pointer, std::string_view text, std::size_t least, std::size_t most) {
    // Every UTF-8 character has one byte that is not a continuation byte (10xxxxxx).
    const auto is_first = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; };
    const auto characters = static_cast<std::size_t>(std::ranges::count_if(text, is_first));
    require(
        characters >= least && characters <= most,
        pointer,
        characters < least ? "too_short" : "too_long",
        fmt::format("must have {}..{} characters", least, most)
    );
}

}  // namespace tally::json
