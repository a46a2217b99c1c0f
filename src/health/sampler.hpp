// Turns what a stream's meter counts into figures over the last seconds and the last minute.
#pragma once

#include "health/incidents.hpp"
#include "health/observation.hpp"
#include "health/playout.hpp"
#include "health/vitals.hpp"

#include <deque>

namespace tally::health {

/// Of one stream. Observes once a second.
class Sampler {
public:
    explicit Sampler(Plan plan) : plan_(std::move(plan)) {}

    const Vitals& observe(const Observation& observation);

    const Vitals& vitals() const { return vitals_; }

private:
    using SecondPtr = std::shared_ptr<const media::Second>;

    void take(const media::Second& second);
    void count(const media::Second& second);
    void begin_session(const media::Second& second);
    void describe(const Observation& observation);
    void measure_rates();
    void measure_spread();
    void measure_drops();
    void measure_latency(const Observation& observation);

    Plan plan_;
    Vitals vitals_;
    std::deque<media::Second> run_;     // of this session without its first, the last 60
    std::deque<media::Second> minute_;  // with the first: what was dropped
    Playout playout_;
    IncidentLog incidents_;
    std::uint32_t session_ = 0;
    std::optional<Time> first_media_;
    std::optional<Time> lost_;  // since when there is no media, after there was
    media::FormatPtr video_;
    media::FormatPtr audio_;
};

}  // namespace tally::health
