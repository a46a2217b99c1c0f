// Whether a service can do its work: for dashboards (/health) and orchestrators (/health/ready,
// /health/live).
#pragma once

#include "base/clock.hpp"
#include "http/router.hpp"

#include <boost/json/object.hpp>

#include <functional>
#include <string>
#include <vector>

namespace tally::app {

/// One thing that a service depends on.
struct HealthCheck {
    std::string name;  // "store"
    /// What is wrong; empty when nothing is. May add members to what is printed of the check.
    std::function<Async<std::string>(boost::json::object& details)> run;
    bool essential = true;  // failing, the service is not ready; otherwise it is only degraded
};

struct ServiceHealth {
    std::string service;  // "streaming"
    std::vector<HealthCheck> checks;
    std::function<boost::json::object()> load;  // what the service carries now
};

/// GET /health always answers 200 (API A23); /health/ready 503 while an essential check fails.
void add_health_routes(http::Router& router, ServiceHealth health, const Clock& clock);

}  // namespace tally::app
