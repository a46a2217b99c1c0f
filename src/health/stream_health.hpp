// All that is known of one stream's health: its figures now and over time, and what is wrong with it.
#pragma once

#include "health/alert_watch.hpp"
#include "health/history.hpp"
#include "health/report.hpp"
#include "health/sampler.hpp"

namespace tally::health {

/// Lives where it is observed; observes once a second.
class StreamHealth {
public:
    /// `open`: alerts that an earlier process left.
    explicit StreamHealth(const Plan& plan, const std::vector<Alert>& open = {})
        : plan_(plan),
          sampler_(plan),
          watch_(open) {}

    std::vector<AlertChange> observe(const Observation& observation);
    /// The stream is over.
    std::vector<AlertChange> end(Time now);

    /// The newest second that was observed: later ones are what observe() wants.
    const std::optional<std::uint64_t>& newest_second() const { return newest_second_; }

    Status status() const { return status_of(sampler_.vitals(), active_); }

    const Vitals& vitals() const { return sampler_.vitals(); }

    json::object document() const { return health_document(plan_, sampler_.vitals(), active_); }

    const History& history() const { return history_; }

    History& history() { return history_; }

private:
    void note_events(const Observation& observation, const Vitals& before);

    Plan plan_;
    Sampler sampler_;
    History history_;
    AlertWatch watch_;
    std::vector<Alert> active_;
    std::optional<std::uint64_t> newest_second_;
    bool returning_ = false;  // an encoder is back whose media has not come yet
};

}  // namespace tally::health
