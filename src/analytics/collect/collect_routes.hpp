// Where players report: POST /api/analytics/collect, and /cmcd beside the media.
#pragma once

#include "analytics/collect/collector.hpp"
#include "http/router.hpp"

namespace tally::analytics {

/// Takes application/cmcd, text/plain and JSON. Answers 204; 410: this view is to stop reporting; 429 and
/// 503: to be sent again. The collector outlives the router.
void add_collect_route(http::Router& router, std::string_view path, Collector& collector);

}  // namespace tally::analytics
