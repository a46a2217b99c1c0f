// Compressed answers (RFC 1952), and whether a client wants them.
#pragma once

#include <string>
#include <string_view>

namespace tally::http {

std::string gzip(std::string_view text);

/// True when an Accept-Encoding header allows gzip (RFC 9110 12.5.3).
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace tally::http
