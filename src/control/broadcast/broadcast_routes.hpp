// The HTTP API of broadcasts (API section 1.6).
#pragma once

#include "control/broadcast/broadcast_service.hpp"
#include "control/cursors.hpp"
#include "http/public_urls.hpp"
#include "http/router.hpp"

namespace tally::control {

/// What a reader of a broadcast may ask for with it; empty while it is not available.
using Inclusion = std::function<Async<std::optional<json::object>>(BroadcastId)>;

/// The service and the cursors outlive the router. `analytics` answers `?include=analytics`.
void add_broadcast_routes(
    http::Router& router,
    BroadcastService& broadcasts,
    const Cursors& cursors,
    const http::PublicUrls& urls,
    Inclusion analytics = {}
);

}  // namespace tally::control
