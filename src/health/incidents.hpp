// What happened to a stream lately: counted over minutes, for rules that look at more than the last seconds.
#pragma once

#include "health/observation.hpp"
#include "health/vitals.hpp"

#include <deque>

namespace tally::health {

class IncidentLog {
public:
    /// After the sampler has filled in `vitals` from the same observation.
    void observe(const Observation& observation, Vitals& vitals);

private:
    void note_gops(const media::Second& second);
    void count_connections(const Observation& observation, Vitals& vitals);
    void count_rivals(const Observation& observation, Vitals& vitals);
    void count_refusals(const Observation& observation, Vitals& vitals);
    void measure_gops(Vitals& vitals) const;
    void count_minute(const Observation& observation, Vitals& vitals);

    struct Gop {
        double seconds = 0;
        std::uint32_t leading = 0;
    };

    struct Noted {
        Time at;
        std::uint64_t jumps = 0;
        std::uint64_t changes = 0;
        std::uint64_t gaps = 0;
        std::uint32_t b_frames = 0;
    };

    std::deque<Gop> gops_;  // of this session, the last ten
    std::deque<Noted> minute_;
    std::deque<Time> disconnects_;
    std::deque<Time> rivals_;         // that were turned away for good
    std::optional<Time> rival_seen_;  // not yet known whether the encoder had only reconnected
    std::uint32_t rival_session_ = 0;
    std::uint32_t session_ = 0;
    bool attached_ = false;
    std::uint64_t gaps_ = 0;
    media::Incidents known_;   // of which the time is noted
    media::Incidents healed_;  // before an encoder fed again
    double video_absent_ = 0;
    double audio_absent_ = 0;
};

}  // namespace tally::health
