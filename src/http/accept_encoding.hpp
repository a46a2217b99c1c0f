// Whether a client takes compressed answers.
#pragma once

#include <string_view>

namespace tally::http {

/// True when an Accept-Encoding header allows gzip (RFC 9110 12.5.3).
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace tally::http
