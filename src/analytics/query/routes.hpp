// The HTTP API of analytics, but for what is live: API sections 1.8 and 1.9.
#pragma once

#include "analytics/query/channel_analytics.hpp"
#include "http/router.hpp"

namespace tally::analytics {

/// Both outlive the router.
/// Where a page of a ranking ended, as clients carry it: opaque and signed. `ranking` tells rankings apart.
struct RankingCursors {
    std::function<std::string(std::string_view ranking, std::string_view broadcast)> print;
    std::function<std::optional<std::string>(std::string_view ranking, std::string_view cursor)> parse;
};

void add_query_routes(
    http::Router& router, BroadcastAnalytics& broadcasts, ChannelAnalytics& channels, RankingCursors cursors
);

}  // namespace tally::analytics
