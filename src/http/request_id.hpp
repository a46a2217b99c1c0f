// X-Request-Id: names one request in answers and logs.
#pragma once

#include "http/message.hpp"

namespace tally::http {

/// The client's X-Request-Id when it is well-formed, else a new "req_" and ULID.
void assign_request_id(Request& request);

}  // namespace tally::http
