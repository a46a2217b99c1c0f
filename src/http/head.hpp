// The head of an HTTP/1.1 response on the wire (RFC 9112 4, 5).
#pragma once

#include "http/answer.hpp"

namespace tally::http {

struct Framing {
    bool keep_alive = true;
    bool chunked = false;
};

/// Replaces `head` by the status line and headers, up to the empty line.
void write_head(std::string& head, const Answer& answer, const Request& request, Framing framing);

}  // namespace tally::http
