// Whether bytes are text: what strangers send ends in JSON and in databases, which take nothing else.
#pragma once

#include <string_view>

namespace tally {

/// RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF. A NUL is text.
bool is_utf8(std::string_view text);

}  // namespace tally
