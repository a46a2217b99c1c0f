// The HTTP API of broadcasts (API section 1.6).
#pragma once

#include "control/broadcast/broadcast_includes.hpp"
#include "control/cursors.hpp"
#include "http/public_urls.hpp"
#include "http/router.hpp"

namespace tally::control {

/// The service and the cursors outlive the router. `includes` answers `?include=`.
void add_broadcast_routes(
    http::Router& router,
    BroadcastService& broadcasts,
    const Cursors& cursors,
    const http::PublicUrls& urls,
    BroadcastIncludes includes = {}
);

}  // namespace tally::control
