// The HTTP API of analytics, but for what is live: API sections 1.8 and 1.9.
#pragma once

#include "analytics/query/channel_analytics.hpp"
#include "http/router.hpp"

namespace tally::analytics {

/// Both outlive the router.
void add_query_routes(http::Router& router, BroadcastAnalytics& broadcasts, ChannelAnalytics& channels);

}  // namespace tally::analytics
