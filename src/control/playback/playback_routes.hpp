// The HTTP API that gives out playback tokens.
#pragma once

#include "control/broadcast/broadcast_service.hpp"
#include "control/playback/playback_tokens.hpp"
#include "http/public_urls.hpp"
#include "http/router.hpp"

namespace tally::control {

/// POST /api/cdn/sign. All references outlive the router.
void add_playback_routes(
    http::Router& router,
    ChannelService& channels,
    BroadcastService& broadcasts,
    const PlaybackTokens& tokens,
    const http::PublicUrls& urls
);

}  // namespace tally::control
