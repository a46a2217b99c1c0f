// The seconds of one broadcast: what its snapshots, its peak and its stored ten-second rows are made from.
#pragma once

#include "analytics/session/snapshot.hpp"

#include <deque>

namespace tally::analytics {

class LiveSeries {
public:
    explicit LiveSeries(BroadcastPtr broadcast) : broadcast_(std::move(broadcast)) {}

    /// What an earlier process stored: peak and average go on from it.
    void restore(
        const std::vector<AudienceFacts>& rows, std::int64_t total_views, const DistinctCount& uniques
    );

    /// One second's sums over all shards.
    SnapshotPtr add(AudienceSample sample, Time now);

    /// Rows that are complete; with `running`, the one that is not, too.
    std::vector<AudienceFacts> take_rows(bool running);
    LossFacts losses(Time epoch) const;

    const BroadcastPtr& broadcast() const { return broadcast_; }

private:
    struct Second {
        Time time;
        std::int32_t viewers = 0;
        std::int32_t views = 0;
        std::int64_t joins = 0;  // since the process began, as the rest
        std::int64_t leaves = 0;
        std::int64_t play_ms = 0;
        std::int64_t rebuffer_ms = 0;
        std::int64_t bitrate_kbps_ms = 0;
        std::int64_t bitrate_ms = 0;
    };

    static constexpr std::size_t kept_seconds = 7200;
    static constexpr std::size_t kept_points = 360;

    void count(const Second& second);
    /// The newest second that is at least so old; null when none is.
    const Second* ago(std::chrono::seconds age) const;
    void compare(Snapshot& snapshot) const;

    BroadcastPtr broadcast_;
    std::deque<Second> seconds_;
    std::deque<SeriesPoint> points_;
    RecentQualityWindow recent_;
    AudienceFacts row_;
    std::vector<AudienceFacts> complete_;
    std::int64_t joins_before_ = 0;
    std::int64_t leaves_before_ = 0;
    std::int64_t observed_seconds_ = 0;
    std::int64_t viewer_seconds_ = 0;
    std::int64_t peak_ = 0;
    std::optional<Time> peak_at_;
    std::int64_t restored_views_ = 0;
    DistinctCount restored_uniques_;
};

}  // namespace tally::analytics
