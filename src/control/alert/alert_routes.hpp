// The HTTP API of alerts (API section 1.6).
#pragma once

#include "control/alert/alert_service.hpp"
#include "control/cursors.hpp"
#include "http/router.hpp"

namespace tally::control {

json::object alert_json(const Alert& alert);

/// The service and the cursors outlive the router.
void add_alert_routes(http::Router& router, AlertService& alerts, const Cursors& cursors, const Clock& clock);

}  // namespace tally::control
