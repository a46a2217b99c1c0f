// Whether bytes are text: what strangers send ends in JSON and in databases, which take nothing else.
#pragma once

#include <cstddef>
#include <string_view>

namespace tally {

/// Bytes of the character that `text`, which is not empty, starts with; 0 when it starts with none. RFC 3629:
/// no overlong forms, no surrogates, nothing beyond U+10FFFF. A NUL is a character.
std::size_t utf8_size(std::string_view text);

/// Characters and nothing else.
bool is_utf8(std::string_view text);

}  // namespace tally
