// Counters as a live session holds them: half the size of those that are stored.
#pragma once

#include "analytics/facts.hpp"

namespace tally::analytics {

struct Tallies {
    std::uint64_t bitrate_kbps_ms = 0;
    std::uint64_t upscale_permille_ms = 0;
    std::uint64_t bytes = 0;
    std::uint64_t throughput_kbps_sum = 0;
    std::uint32_t play_ms = 0;
    std::uint32_t rebuffer_ms = 0;
    std::uint32_t bitrate_ms = 0;
    std::uint32_t latency_ms_sum = 0;
    std::uint32_t dropped_frames = 0;
    std::uint32_t total_frames = 0;
    std::uint32_t rebuffers = 0;
    std::uint32_t micro_stalls = 0;
    std::uint32_t switches_up = 0;
    std::uint32_t switches_down = 0;
    std::uint16_t latency_samples = 0;
    std::uint16_t throughput_samples = 0;
    std::uint32_t errors = 0;

    friend bool operator==(const Tallies&, const Tallies&) = default;
};

Counters widen(const Tallies& tallies);
Tallies narrow(const Counters& counters);

}  // namespace tally::analytics
