// The Range header (RFC 9110 14.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tally::http {

struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;  // 0: outside the content
};

/// The one range of `header` in `total` bytes. Empty when the header is to be ignored: malformed, another
/// unit, or several ranges.
std::optional<ByteRange> parse_range(std::string_view header, std::uint64_t total);

}  // namespace tally::http
