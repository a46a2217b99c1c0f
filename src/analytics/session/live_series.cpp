#include "analytics/session/live_series.hpp"

namespace tally::analytics {

AudienceSample AudienceSample::of(const Audience& audience) {
    AudienceSample sample{
        .broadcast = audience.broadcast(),
        .figures = audience.figures,
        .by_protocol = audience.by_protocol,
        .by_device = audience.by_device,
        .by_country = {},
        .latencies = audience.latencies,
        .startups = audience.startups,
    };
    sample.figures.unique_viewers = static_cast<std::int64_t>(audience.uniques.count());
    sample.figures.unique_error = audience.uniques.error();
    for (const auto& [country, viewers] : audience.countries)
        sample.by_country.emplace(std::string(country.begin(), country.end()), viewers);
    return sample;
}

void AudienceSample::add(const AudienceSample& more) {
    figures += more.figures;
    for (std::size_t i = 0; i < protocols; ++i)
        by_protocol[i] += more.by_protocol[i];
    for (std::size_t i = 0; i < device_types; ++i)
        by_device[i] += more.by_device[i];
    for (const auto& [country, viewers] : more.by_country)
        by_country[country] += viewers;
    latencies.merge(more.latencies);
    startups.merge(more.startups);
}

void LiveSeries::restore(
    const std::vector<AudienceFacts>& rows, std::int64_t total_views, const DistinctCount& uniques
) {
    for (const auto& row : rows) {
        observed_seconds_ += row.seconds;
        viewer_seconds_ += row.viewer_seconds;
        if (row.max_viewers <= peak_) continue;
        peak_ = row.max_viewers;
        peak_at_ = row.max_at;
    }
    if (!rows.empty()) row_ = rows.back();
    restored_views_ = total_views;
    restored_uniques_ = uniques;
}

SnapshotPtr LiveSeries::add(AudienceSample sample, Time now) {
    const auto& figures = sample.figures;
    const auto time = std::chrono::floor<std::chrono::seconds>(now);
    const Second second{
        .time = time,
        .viewers = static_cast<std::int32_t>(figures.viewers),
        .views = static_cast<std::int32_t>(figures.views),
        .joins = figures.joins,
        .leaves = figures.leaves,
        .play_ms = figures.play_ms,
        .rebuffer_ms = figures.rebuffer_ms,
        .bitrate_kbps_ms = figures.bitrate_kbps_ms,
        .bitrate_ms = figures.bitrate_ms,
    };
    if (seconds_.empty() || second.time > seconds_.back().time) count(second);
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->time = now;
    snapshot->recent = recent_.add(sample, time);
    snapshot->on_air = broadcast_->closed == 0;
    snapshot->sample = std::move(sample);
    auto& shown = snapshot->sample.figures;
    shown.total_views += restored_views_;
    shown.unique_viewers += static_cast<std::int64_t>(restored_uniques_.count());
    shown.unique_error = std::max(shown.unique_error, restored_uniques_.error());
    shown.unique_viewers = std::max(shown.unique_viewers, shown.viewers);
    snapshot->peak_viewers = peak_;
    snapshot->peak_at = peak_at_;
    if (observed_seconds_ > 0)
        snapshot->average_viewers =
            static_cast<double>(viewer_seconds_) / static_cast<double>(observed_seconds_);
    compare(*snapshot);
    snapshot->series.assign(points_.begin(), points_.end());
    return snapshot;
}

void LiveSeries::count(const Second& second) {
    seconds_.push_back(second);
    if (seconds_.size() > kept_seconds) seconds_.pop_front();
    if (points_.empty() || second.time >= points_.back().time + series_interval)
        points_.push_back({std::chrono::floor<std::chrono::seconds>(second.time), second.viewers});
    if (points_.size() > kept_points) points_.pop_front();
    if (broadcast_->closed != 0 && second.viewers == 0) return;  // the last leave after the end
    const auto bucket = Time(second.time.time_since_epoch() / audience_bucket * audience_bucket);
    if (row_.time != bucket) {
        if (row_.seconds > 0) complete_.push_back(row_);
        row_ = {.broadcast = broadcast_->id, .time = bucket, .min_viewers = second.viewers};
    }
    ++row_.seconds;
    row_.viewer_seconds += second.viewers;
    row_.view_seconds += second.views;
    row_.min_viewers = std::min<std::int64_t>(row_.min_viewers, second.viewers);
    if (second.viewers > row_.max_viewers || row_.seconds == 1) {
        row_.max_viewers = second.viewers;
        row_.max_at = second.time;
    }
    row_.joins += second.joins - std::exchange(joins_before_, second.joins);
    row_.leaves += second.leaves - std::exchange(leaves_before_, second.leaves);
    ++observed_seconds_;
    viewer_seconds_ += second.viewers;
    if (second.viewers > peak_) {
        peak_ = second.viewers;
        peak_at_ = second.time;
    }
}

const LiveSeries::Second* LiveSeries::ago(std::chrono::seconds age) const {
    if (seconds_.empty()) return nullptr;
    const auto then = seconds_.back().time - age;
    const auto found = std::ranges::upper_bound(seconds_, then, {}, &Second::time);
    return found == seconds_.begin() ? nullptr : &*std::prev(found);
}

/// Against what was a while ago; a broadcast that is younger began at nothing.
void LiveSeries::compare(Snapshot& snapshot) const {
    if (seconds_.empty()) return;
    const Second nothing{};
    const auto& now = seconds_.back();
    const auto* found = ago(std::chrono::minutes(1));
    const auto& minute = found ? *found : nothing;
    found = ago(std::chrono::minutes(5));
    const auto& five = found ? *found : nothing;
    snapshot.joins_per_minute = now.joins - minute.joins;
    snapshot.leaves_per_minute = now.leaves - minute.leaves;
    snapshot.delta_1m = now.viewers - minute.viewers;
    snapshot.delta_5m = now.viewers - five.viewers;
    const auto ratio = [](std::int64_t part, std::int64_t whole) {
        return whole > 0 ? std::optional(static_cast<double>(part) / static_cast<double>(whole))
                         : std::nullopt;
    };
    const auto rebuffer = std::max<std::int64_t>(now.rebuffer_ms - minute.rebuffer_ms, 0);
    snapshot.buffering_rate =
        ratio(rebuffer, rebuffer + std::max<std::int64_t>(now.play_ms - minute.play_ms, 0));
    snapshot.average_bitrate =
        ratio(now.bitrate_kbps_ms - minute.bitrate_kbps_ms, now.bitrate_ms - minute.bitrate_ms);
}

std::vector<AudienceFacts> LiveSeries::take_rows(bool running) {
    auto rows = std::exchange(complete_, {});
    if (running && row_.seconds > 0) rows.push_back(row_);
    return rows;
}

LossFacts LiveSeries::losses(Time epoch) const {
    const auto& losses = broadcast_->losses;
    return {
        .broadcast = broadcast_->id,
        .epoch = epoch,
        .beacons = losses.beacons,
        .shed = losses.shed,
        .duplicates = losses.duplicates,
        .rejected = losses.rejected,
        .rate_limited = losses.rate_limited,
        .late = losses.late,
        .engagement_limited = losses.engagement_limited,
        .engagement_duplicates = losses.engagement_duplicates,
    };
}

}  // namespace tally::analytics
