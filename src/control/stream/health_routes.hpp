// The HTTP API of stream health (API section 1.5).
#pragma once

#include "control/stream/health_service.hpp"
#include "http/router.hpp"

namespace tally::control {

/// The service outlives the router.
void add_health_routes(http::Router& router, HealthService& service);

}  // namespace tally::control
