// How many watch, now: from the engine's snapshots alone.
#pragma once

#include "analytics/session/engine.hpp"
#include "http/router.hpp"

namespace tally::analytics {

/// Of a broadcast that is not on the air: whether it is over; empty when there is none.
using FindBroadcast = std::function<Task<std::optional<bool>>(BroadcastId broadcast)>;

/// GET /api/analytics/broadcasts/{id}/viewers/realtime. Engine and clock outlive the router.
void add_realtime_route(http::Router& router, const Engine& engine, FindBroadcast find, const Clock& clock);

/// GET /live/{channel}/viewers.json, for everyone: rounded. `on_air` gives the broadcast that a channel
/// plays, by id or slug; empty when it plays none.
using OnAir = std::function<std::optional<BroadcastId>(std::string_view channel)>;
void add_public_viewers_route(http::Router& router, const Engine& engine, OnAir on_air);

}  // namespace tally::analytics
