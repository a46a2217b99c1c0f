// POST /api/analytics/broadcasts/{id}/engagement.
#pragma once

#include "analytics/engagement/engagement_service.hpp"
#include "http/router.hpp"

namespace tally::analytics {

/// The body is {type, value?, mediaTime?, sid, token}, the last two as the channel's first playlist gave
/// them. 202 when it counts, or counted a moment ago. All references outlive the router.
void add_engagement_route(
    http::Router& router,
    EngagementService& service,
    const Engine& engine,
    const BeaconTokens& tokens,
    const Clock& clock
);

}  // namespace tally::analytics
