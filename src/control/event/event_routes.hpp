// Routes of events: the replay, and the stream of what happens now.
#pragma once

#include "control/event/event_feed.hpp"
#include "http/router.hpp"

#include <functional>

namespace tally::control {

/// The object that a topic such as "broadcast:bc_1" follows, as the API prints it now; null when it is
/// unknown.
using Snapshot = std::function<Async<json::value>(std::string topic)>;

/// The feed must be started before the first request.
void add_event_routes(http::Router& router, EventFeed& feed, Snapshot snapshot);

}  // namespace tally::control
