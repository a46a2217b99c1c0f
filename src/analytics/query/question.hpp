// What is asked: which broadcast, which part of its time, which of its views.
#pragma once

#include "analytics/fact_reader.hpp"
#include "analytics/query/broadcasts.hpp"
#include "analytics/query/parameters.hpp"

namespace tally::analytics {

struct Question {
    BroadcastInfo broadcast{};
    CommonParameters common{};
    Time now{};

    /// Numbers change no more 15 minutes after the end.
    static constexpr std::chrono::minutes settling{15};

    Time from() const;
    Time to() const;

    bool whole() const { return from() <= broadcast.begin() && to() >= broadcast.end(now); }

    bool settled() const { return broadcast.ended && now >= *broadcast.ended + settling; }

    /// What an answer reads of views, and what telling which of them are asked for takes.
    ViewColumns columns(ViewColumns of_answer) const {
        return common.filter.empty() ? of_answer : of_answer | ViewColumns::place;
    }

    double live_seconds() const { return static_cast<double>((to() - from()).count()) / 1000; }

    /// Seconds of the broadcast at `time`.
    double media_time(Time time) const {
        return static_cast<double>((time - broadcast.begin()).count()) / 1000;
    }

    /// By time and filter alone.
    bool concerns(const SessionFacts& view) const;
    /// ... and counting.
    bool counts(const SessionFacts& view) const;
};

/// From the first frame to the last sign.
inline Time end_of(const SessionFacts& view, Time now) {
    return view.ended.value_or(std::max(now, view.last_seen));
}

}  // namespace tally::analytics
