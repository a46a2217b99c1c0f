#include "app/host_meter.hpp"

#include <fmt/format.h>

namespace tally::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kept = 10min;
constexpr std::size_t most_kept = 1000;

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

    const auto now = sources_.clock.monotonic();
    refused_.push_back({now, sources_.refused_keys()});
    while (now - refused_.front().at > kept || refused_.size() > most_kept)
        refused_.pop_front();
    host.refused_keys = refused_within(1min);
    host.refused_keys_10m = refused_within(kept);
    co_return host;
}

double HostMeter::refused_within(std::chrono::seconds span) const {
    const auto& newest = refused_.back();
    for (const auto& each : refused_)
        if (newest.at - each.at <= span) return static_cast<double>(newest.total - each.total);
    return 0;
}

}  // namespace tally::app
