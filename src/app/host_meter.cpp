#include "app/host_meter.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tally::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kept = 10min;
constexpr std::size_t most_kept = 1000;
/// One failure in fewer would be more than the share that alarms.
constexpr std::uint64_t least_deliveries = 200;

}  // namespace

Async<health::Host> HostMeter::measure() {
    health::Host host;
    const auto space = co_await sources_.disk.run([directory = sources_.recordings] {
        std::error_code error;
        const auto found = std::filesystem::space(directory, error);
        return error ? Result<std::filesystem::space_info>(fail(Errc::io, error.message())) : found;
    });
    if (space && space->capacity > 0) {
        host.disk_free_bytes = static_cast<double>(space->available);
        host.disk_free = *host.disk_free_bytes / static_cast<double>(space->capacity);
    }
    const auto connections = sources_.connections();
    host.limit = static_cast<double>(connections) / static_cast<double>(sources_.most_connections);
    host.limit_name = fmt::format("{} RTMP connections", connections);

    look();
    host.refused_keys = refused_within(1min);
    host.refused_keys_10m = refused_within(kept);
    measure_deliveries(host, 30s);
    co_return host;
}

void HostMeter::look() {
    const auto now = sources_.clock.monotonic();
    looks_.push_back({now, sources_.refused_keys(), sources_.deliveries()});
    while (now - looks_.front().at > kept || looks_.size() > most_kept)
        looks_.pop_front();
}

const HostMeter::Look& HostMeter::oldest_within(std::chrono::seconds span) const {
    const auto newest = looks_.back().at;
    return *std::ranges::find_if(looks_, [&](const Look& look) { return newest - look.at <= span; });
}

double HostMeter::refused_within(std::chrono::seconds span) const {
    return static_cast<double>(looks_.back().refused - oldest_within(span).refused);
}

/// Where nothing was asked for, nothing failed.
void HostMeter::measure_deliveries(health::Host& host, std::chrono::seconds span) const {
    const auto& newest = looks_.back().deliveries;
    const auto& oldest = oldest_within(span).deliveries;
    const auto answered = newest.answered - oldest.answered;
    const auto failed = newest.failed - oldest.failed;
    host.edge_errors = answered == 0 ? 0 : static_cast<double>(failed) / static_cast<double>(answered);
    host.few_deliveries = answered < least_deliveries;
}

}  // namespace tally::app
