#include "app/audience_health.hpp"

namespace tally::app {
namespace {

constexpr std::int64_t fewest_latencies = 5;  // API A8

std::optional<double> share(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return std::nullopt;
    return std::min(static_cast<double>(part) / static_cast<double>(whole), 1.0);
}

}  // namespace

health::Audience audience_health(const analytics::SnapshotPtr& snapshot) {
    if (!snapshot) return {};
    const auto& sample = snapshot->sample;
    const auto& recent = snapshot->recent;
    health::Audience audience{
        .reporting = static_cast<std::size_t>(recent.reporting),
        .views = static_cast<std::size_t>(sample.figures.views),
        .attempts = static_cast<std::size_t>(recent.attempts),
        .joins = static_cast<std::size_t>(recent.joins),
        .buffering_rate = snapshot->buffering_rate,
        .rebuffers_per_minute = recent.rebuffers_per_minute,
        .startup_p95 = recent.startup_p95,
        .failure_rate = recent.failure_rate,
        .exit_rate = recent.exit_rate,
        .viewers = static_cast<double>(sample.figures.viewers),
        .coverage = share(recent.reporting, sample.figures.views),
        .invalid_share = recent.invalid_share,
    };
    if (sample.latencies.total() >= fewest_latencies) audience.latency = sample.latencies.median();
    if (recent.viewers_before) audience.viewers_before = static_cast<double>(*recent.viewers_before);
    return audience;
}

}  // namespace tally::app
