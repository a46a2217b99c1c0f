#include "http/range.hpp"

#include "http/ascii.hpp"

#include <algorithm>
#include <charconv>

namespace tally::http {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto* last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    if (error != std::errc() || end != last) return std::nullopt;
    return value;
}

}  // namespace

std::optional<ByteRange> parse_range(std::string_view header, std::uint64_t total) {
    if (!equals_ignoring_case(header.substr(0, 6), "bytes=")) return std::nullopt;
    const auto spec = trim(header.substr(6));
    const auto dash = spec.find('-');
    if (dash == spec.npos) return std::nullopt;
    const auto last = parse_number(spec.substr(dash + 1));
    if (dash == 0) {  // the last bytes
        if (!last) return std::nullopt;
        const auto size = std::min(*last, total);
        return ByteRange{.offset = total - size, .size = size};
    }
    const auto first = parse_number(spec.substr(0, dash));
    if (!first) return std::nullopt;
    const bool open = dash + 1 == spec.size();
    if (!open && (!last || *last < *first)) return std::nullopt;
    if (*first >= total) return ByteRange{};
    const auto end = open ? total - 1 : std::min(*last, total - 1);
    return ByteRange{.offset = *first, .size = end - *first + 1};
}

}  // namespace tally::http
