// Names from outside made fit to be drawn.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tally::transcode {

/// Valid UTF-8 on one line: each byte that is not becomes U+FFFD, control characters become spaces, and what
/// is beyond `limit` characters is left out.
std::string printable(std::string_view text, std::size_t limit);

}  // namespace tally::transcode
