// The table of what each HTTP route asks of its caller when auth.mode is "required".
#pragma once

#include "http/access.hpp"

#include <string_view>

namespace tally::app {

/// `route` as the router names it: "GET /api/streams/{id}". One that is not in the table is for
/// administrators.
http::Access access_of(std::string_view route);
/// False when nobody decided what the route asks for: a test looks for these.
bool has_access_row(std::string_view route);

}  // namespace tally::app
