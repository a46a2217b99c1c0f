// What players fetch while a channel is on air: playlists, manifest, init segments and segments.
#pragma once

#include "cdn/catalogue.hpp"
#include "cdn/live_directory.hpp"
#include "cdn/play_hook.hpp"
#include "cdn/playback_guard.hpp"
#include "cdn/viewer_watch.hpp"
#include "http/router.hpp"

namespace tally::cdn {

/// What live delivery asks and tells; all of it outlives the router.
struct Live {
    const LiveDirectory& directory;
    Catalogue& catalogue;
    const PlaybackGuard& guard;
    ViewerWatch& watch;
    PlayHook* hook = nullptr;  // null: nobody else is asked
};

/// GET /live/{channel}/... by id or slug. A channel that is idle, or has no media yet, answers 404
/// "channel_offline" with Retry-After; an unknown one 404 "channel_not_found". A restricted one answers 403
/// without a token, as does any that the hook refuses. What is taken is told to the watch.
void add_live_routes(http::Router& router, const Live& live);

}  // namespace tally::cdn
