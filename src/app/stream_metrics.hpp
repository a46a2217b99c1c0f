// Each live stream's figures for Prometheus, as its health knows them.
#pragma once

#include "app/health_monitor.hpp"
#include "app/metric_families.hpp"
#include "rtmp/server.hpp"

#include <optional>

namespace tally::app {

/// A thousand streams have figures of their own: a scrape stays bounded.
void add_stream_metrics(
    Families& families,
    const LiveStreams& streams,
    const HealthMonitor& monitor,
    const std::optional<rtmp::Server>& rtmp
);

}  // namespace tally::app
