// What players reported of the last minutes: what alerts look at, second by second.
#pragma once

#include "analytics/session/audience.hpp"

#include <deque>

namespace tally::analytics {

struct AudienceSample;

/// Empty where nobody reported.
struct RecentQuality {
    std::int64_t reporting = 0;                  // views whose players report, now
    std::int64_t attempts = 0;                   // to play, that were reported in five minutes
    std::optional<double> failure_rate;          // of these
    std::optional<double> exit_rate;             // of these, before the first picture
    std::optional<double> startup_p95;           // seconds, in five minutes
    std::optional<double> rebuffers_per_minute;  // of a view that reports, in a minute
    std::int64_t joins = 0;                      // in a minute, with those that are filtered
    std::optional<double> invalid_share;         // of these
    std::optional<std::int64_t> viewers_before;  // a minute ago
};

/// The seconds of one broadcast.
class RecentQualityWindow {
public:
    RecentQuality add(const AudienceSample& sample, Time now);

private:
    /// Since the process began, as they were at one second.
    struct Counts {
        Time time;
        std::int64_t viewers = 0;
        std::int64_t beaconed = 0;
        std::int64_t started = 0;
        std::int64_t invalid = 0;
        std::int64_t failures = 0;
        std::int64_t early_exits = 0;
        std::int64_t rebuffers = 0;

        static Counts of(const AudienceFigures& figures, Time time);
    };

    struct Startups {
        Time time;
        DurationBins bins;
    };

    /// What was that long ago; nothing where the window is younger.
    Counts ago(std::chrono::seconds age) const;
    std::optional<double> startup_p95(const DurationBins& now, Time time);

    std::deque<Counts> counts_;      // of five minutes
    std::deque<Startups> startups_;  // once a minute, of five
};

}  // namespace tally::analytics
