// Views added up: the numbers that summary and quality are made of (analytics.md 2.2).
#pragma once

#include "analytics/query/question.hpp"
#include "analytics/sketch/distinct.hpp"
#include "analytics/sketch/quantiles.hpp"

#include <map>

namespace tally::analytics {

/// A viewer who is known by one view alone is that view.
inline std::uint64_t viewer_of(const SessionFacts& view) {
    return view.viewer != 0 ? view.viewer : view.session;
}

/// Media that was played at least once, in milliseconds: at most what was played at all.
std::int64_t unique_media_ms(const SessionFacts& view);

/// Means over the views that have a score.
struct ScoreSums {
    std::int64_t views = 0;
    double playback_success = 0;
    double startup = 0;
    double smoothness = 0;
    double video_quality = 0;
    double total = 0;
};

struct ViewTotals {
    std::int64_t attempts = 0;
    std::int64_t views = 0;  // that started
    std::int64_t failures = 0;
    std::int64_t start_failures = 0;
    std::int64_t left_waiting = 0;
    std::int64_t views_with_errors = 0;
    std::int64_t views_with_rebuffering = 0;
    std::int64_t lasting_views = 0;    // of at least 10 s
    std::int64_t completed_views = 0;  // of these, those that saw 90 % of what they could
    std::int64_t beaconed = 0;
    std::int64_t edge_observed = 0;
    std::int64_t invalid = 0;  // left out
    std::int64_t suspect = 0;
    std::int64_t unique_media_ms = 0;
    std::int64_t available_media_ms = 0;
    Counters counters{};
    DistinctCount viewers{};
    DistinctCount persistent_viewers{};
    Quantiles startup_ms{};
    Quantiles watch_ms{};
    Quantiles latency_ms{};
    Quantiles bitrate_kbps{};
    Quantiles throughput_kbps{};
    Quantiles rebuffer_ms{};
    ScoreSums scores{};

    void add(const SessionFacts& view, const Question& question);

private:
    void add_media(const SessionFacts& view, const Question& question);
    void add_experience(const SessionFacts& view);
};

/// What a summary takes of views. A store that adds up gives of the totals what a summary shows.
struct Viewing {
    ViewTotals totals{};
    // Views by where and what with; empty is unknown.
    std::map<std::string, std::int64_t> countries{};
    std::map<std::string, std::int64_t> devices{};

    void add(const SessionFacts& view, const Question& question);
};

}  // namespace tally::analytics
