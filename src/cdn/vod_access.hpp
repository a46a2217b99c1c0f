// Whether a broadcast's recording may be served, and why not.
#pragma once

#include "cdn/answers.hpp"
#include "cdn/known_broadcasts.hpp"
#include "cdn/playback_guard.hpp"
#include "cdn/viewer_watch.hpp"
#include "record/library.hpp"

namespace tally::cdn {

/// What the broadcast routes need; all of it must outlive the router.
struct Vod {
    record::Library& library;
    Catalogue& catalogue;
    KnownBroadcasts& known;
    const PlaybackGuard& guard;
    ViewerWatch& watch;
};

/// The broadcast that the route's {broadcast} names, for a viewer who may watch it. 404
/// "broadcast_not_found", 503, and 403 as PlaybackGuard says.
Async<Outcome<BroadcastFacts>> find_broadcast(Vod vod, const Request& request);

/// The same, once it is over and recorded. 404 "not_recorded"; before its end 404 with `not_ready` as the
/// code and Retry-After.
Async<Outcome<BroadcastFacts>> find_recorded(Vod vod, const Request& request, std::string_view not_ready);

/// For a piece of a recording: a viewer who may watch it, as far as was known a moment ago.
Async<Outcome<BroadcastFacts>> find_watched(Vod vod, const Request& request);

/// A recording that cannot be opened: 404 "not_recorded" when nothing was ever recorded, else 503.
std::unexpected<Problem> no_recording(const Error& error, std::string_view broadcast);

}  // namespace tally::cdn
