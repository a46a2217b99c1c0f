// The audience of one broadcast on one shard: counts that change with every session, and are only read once a
// second.
#pragma once

#include "analytics/session/broadcast_entry.hpp"
#include "analytics/session/facets.hpp"
#include "analytics/session/traces.hpp"
#include "analytics/sketch/distinct.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

namespace tally::analytics {

/// What a snapshot adds up over the shards. All counts.
struct AudienceFigures {
    std::int64_t viewers = 0;  // concurrent; each on one shard, so that sums are exact
    std::int64_t views = 0;
    std::int64_t playing = 0;
    std::int64_t rebuffering = 0;
    std::int64_t paused = 0;
    std::int64_t starting = 0;
    std::int64_t suspects = 0;  // among the views
    // Since this process began.
    std::int64_t joins = 0;
    std::int64_t leaves = 0;
    std::int64_t total_views = 0;  // started ones
    std::int64_t beaconed_views = 0;
    std::int64_t edge_views = 0;
    std::int64_t invalid_views = 0;
    std::int64_t play_ms = 0;
    std::int64_t rebuffer_ms = 0;
    std::int64_t bitrate_kbps_ms = 0;
    std::int64_t bitrate_ms = 0;
    std::int64_t failures = 0;     // views that ended with a fatal error
    std::int64_t early_exits = 0;  // that were left before their first picture
    std::int64_t rebuffers = 0;
    std::int64_t unique_viewers = 0;
    double unique_error = 0;

    AudienceFigures& operator+=(const AudienceFigures& more);
};

/// Counts of durations, in bins of 2 %: a value is told within 1 %.
class DurationBins {
public:
    static constexpr std::size_t count = 660;  // to 300 s

    static std::uint16_t bin_of(std::int64_t ms);

    void add(std::uint16_t bin) { ++bins_[bin]; }

    void remove(std::uint16_t bin) { --bins_[bin]; }

    void merge(const DurationBins& other);
    /// What was counted at an earlier time.
    void subtract(const DurationBins& earlier);
    std::int64_t total() const;
    /// Seconds; empty where nothing is counted.
    std::optional<double> quantile(double share) const;

    std::optional<double> median() const { return quantile(0.5); }

private:
    std::array<std::int32_t, count> bins_{};  // 0 is for none
};

class Audience {
public:
    explicit Audience(BroadcastPtr broadcast) : broadcast_(std::move(broadcast)) {}

    const BroadcastPtr& broadcast() const { return broadcast_; }

    /// A viewer's view began or ended to count. `quiet`: the viewer was there all along, under another key.
    void come(ViewerKey viewer, Facets facets, bool quiet = false);
    void go(ViewerKey viewer, bool quiet = false);

    /// For those who have one view and are known by it alone.
    void come_alone(Facets facets, bool quiet = false) { count(facets, 1, quiet); }

    void go_alone(Facets facets, bool quiet = false) { count(facets, -1, quiet); }

    AudienceFigures figures;
    DistinctCount uniques;
    DurationBins latencies;  // of the viewers of now
    DurationBins startups;   // of the views so far
    boost::unordered_flat_map<std::array<char, 2>, std::int32_t> countries;
    std::array<std::int64_t, protocols> by_protocol{};
    std::array<std::int64_t, device_types> by_device{};
    Traces traces;

private:
    struct Presence {
        std::uint32_t views = 0;
        Facets facets;  // of the view that came first
    };

    void count(Facets facets, int by, bool quiet);

    BroadcastPtr broadcast_;
    boost::unordered_flat_map<ViewerKey, Presence> present_;
};

}  // namespace tally::analytics
