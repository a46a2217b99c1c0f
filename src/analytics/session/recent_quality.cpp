#include "analytics/session/recent_quality.hpp"

#include "analytics/session/snapshot.hpp"

namespace tally::analytics {
namespace {

using namespace std::chrono_literals;

constexpr auto reach = 5min;

std::optional<double> ratio(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return std::nullopt;
    return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

RecentQualityWindow::Counts RecentQualityWindow::Counts::of(const AudienceFigures& figures, Time time) {
    return {
        .time = time,
        .viewers = figures.viewers,
        .beaconed = figures.beaconed_views,
        .started = figures.total_views,
        .invalid = figures.invalid_views,
        .failures = figures.failures,
        .early_exits = figures.early_exits,
        .rebuffers = figures.rebuffers,
    };
}

RecentQuality RecentQualityWindow::add(const AudienceSample& sample, Time now) {
    const auto& figures = sample.figures;
    counts_.push_back(Counts::of(figures, now));
    while (counts_.front().time < now - reach)
        counts_.pop_front();
    const auto& newest = counts_.back();
    const auto minute = ago(1min);
    const auto five = ago(reach);
    RecentQuality recent;
    recent.reporting = figures.playing + figures.rebuffering + figures.paused + figures.starting;
    recent.attempts = newest.beaconed - five.beaconed;
    recent.failure_rate = ratio(newest.failures - five.failures, recent.attempts);
    recent.exit_rate = ratio(newest.early_exits - five.early_exits, recent.attempts);
    recent.startup_p95 = startup_p95(sample.startups, now);
    recent.rebuffers_per_minute = ratio(newest.rebuffers - minute.rebuffers, recent.reporting);
    recent.joins = newest.started - minute.started + newest.invalid - minute.invalid;
    recent.invalid_share = ratio(newest.invalid - minute.invalid, recent.joins);
    if (minute.time != Time()) recent.viewers_before = minute.viewers;
    return recent;
}

RecentQualityWindow::Counts RecentQualityWindow::ago(std::chrono::seconds age) const {
    const auto then = counts_.back().time - age;
    const auto found = std::ranges::upper_bound(counts_, then, {}, &Counts::time);
    return found == counts_.begin() ? Counts() : *std::prev(found);
}

std::optional<double> RecentQualityWindow::startup_p95(const DurationBins& now, Time time) {
    if (startups_.empty() || time - startups_.back().time >= 1min) startups_.push_back({time, now});
    while (startups_.size() > 1 && startups_[1].time <= time - reach)
        startups_.pop_front();
    auto recent = now;
    if (startups_.front().time <= time - reach) recent.subtract(startups_.front().bins);
    return recent.quantile(0.95);
}

}  // namespace tally::analytics
