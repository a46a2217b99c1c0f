// What Prometheus reads at /metrics, on every HTTP port: gathered when it asks.
#pragma once

#include "app/health_monitor.hpp"
#include "control/webhook/webhook_dispatcher.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "rtmp/server.hpp"
#include "sql/database.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tally::app {

/// Where the figures come from; all of it outlives the routes.
struct MetricSources {
    const std::map<std::string, std::unique_ptr<http::Server>>& servers;  // by service
    const std::optional<rtmp::Server>& rtmp;
    const LiveStreams& streams;
    const HealthMonitor& health;
    const control::WebhookDispatcher::Counts& deliveries;
    std::vector<const WorkerPool*> workers;
    sql::Database& database;
};

void add_metrics_route(http::Router& router, const MetricSources& sources);

}  // namespace tally::app
