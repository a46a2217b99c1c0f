// The HTTP API of streams (API section 1.5).
#pragma once

#include "control/cursors.hpp"
#include "control/playback/playback_tokens.hpp"
#include "control/stream/stream_service.hpp"
#include "http/public_urls.hpp"
#include "http/router.hpp"

namespace tally::control {

/// The services and the cursors outlive the router.
void add_stream_routes(
    http::Router& router,
    StreamService& streams,
    const Cursors& cursors,
    const PlaybackTokens& tokens,
    const http::PublicUrls& urls
);

}  // namespace tally::control
