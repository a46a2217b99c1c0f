// The HTTP API of scheduled events (API section 1.6).
#pragma once

#include "control/broadcast/broadcast_routes.hpp"
#include "control/schedule/schedule_service.hpp"

namespace tally::control {

/// The services and the cursors outlive the router.
void add_schedule_routes(
    http::Router& router,
    ScheduleService& schedule,
    BroadcastService& broadcasts,
    const Cursors& cursors,
    const http::PublicUrls& urls
);

}  // namespace tally::control
