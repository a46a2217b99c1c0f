// Routes of events: the replay, and what happens now as a stream or on a WebSocket.
#pragma once

#include "control/event/event_cursor.hpp"
#include "http/router.hpp"

namespace tally::control {

/// The feed must be started before the first request.
void add_event_routes(http::Router& router, EventFeed& feed, Snapshot snapshot);

}  // namespace tally::control
