// The audience of one broadcast as it is at one second: made once, shared by everyone who asks.
#pragma once

#include "analytics/session/recent_quality.hpp"

#include <map>

namespace tally::analytics {

/// What one shard, and then all of them, count.
struct AudienceSample {
    BroadcastPtr broadcast;
    AudienceFigures figures;
    std::array<std::int64_t, protocols> by_protocol{};
    std::array<std::int64_t, device_types> by_device{};
    std::map<std::string, std::int64_t> by_country;
    DurationBins latencies;
    DurationBins startups;

    static AudienceSample of(const Audience& audience);
    void add(const AudienceSample& more);
};

struct SeriesPoint {
    Time time;
    std::int64_t viewers = 0;
};

struct Snapshot {
    Time time;
    AudienceSample sample;
    std::int64_t peak_viewers = 0;
    std::optional<Time> peak_at;
    double average_viewers = 0;  // over the seconds that were observed
    std::int64_t joins_per_minute = 0;
    std::int64_t leaves_per_minute = 0;
    std::int64_t delta_1m = 0;
    std::int64_t delta_5m = 0;
    std::optional<double> buffering_rate;   // of the last minute; empty when nobody reported
    std::optional<double> average_bitrate;  // kbps, of the last minute
    RecentQuality recent;
    std::vector<SeriesPoint> series;  // every 5 s, of the last 30 minutes, oldest first
    bool on_air = true;
};

inline constexpr std::chrono::seconds series_interval{5};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace tally::analytics
