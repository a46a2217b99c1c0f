// The time of day, for DASH players to set their clocks by.
#pragma once

#include "base/clock.hpp"
#include "http/router.hpp"

namespace tally::cdn {

/// GET /time: ISO 8601 text in UTC (ISO 23009-1 5.8.4.11, urn:mpeg:dash:utc:http-iso:2014). `clock` must
/// outlive the router.
void add_time_route(http::Router& router, const Clock& clock);

}  // namespace tally::cdn
