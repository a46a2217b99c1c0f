// JSON is compressed here; whoever has a compressed form already sets Content-Encoding.
#pragma once

#include "http/message.hpp"

namespace tally::http {

/// Of a long JSON text: says in Vary that it may be compressed, and compresses it when the client takes that.
void compress(Response& response, const Request& request);
/// What compress() would say of the answer, for one that is not sent: RFC 9110 15.4.5.
void tell_encoding(Response& response, const Request& request);

}  // namespace tally::http
