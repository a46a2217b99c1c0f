// One report of a player as it is counted: CMCD v2 (CTA-5004-B) and our extensions, without a name or an
// address.
#pragma once

#include "analytics/facts.hpp"

#include <limits>

namespace tally::analytics {

/// CMCD `sta`.
enum class PlayerState : std::uint8_t {
    unknown,
    preloading,
    starting,
    playing,
    seeking,
    rebuffering,
    paused,
    waiting,
    ended,
    fatal,
    quit,
};

/// The picture stands: its distance from live grows by itself, and says nothing of delivery.
constexpr bool stands_still(PlayerState state) {
    return state == PlayerState::rebuffering || state == PlayerState::paused;
}

/// A number that may be absent.
using Reported = std::int64_t;
inline constexpr Reported absent = -1;

struct Beacon {
    SessionKey session = 0;
    ViewerKey viewer = 0;  // 0: known by the view alone
    PlayerState state = PlayerState::unknown;
    Time time{};  // when it happened, by the player's clock
    Reported sequence = absent;
    Protocol protocol = Protocol::other;
    bool error = false;  // a CMCD event "e"

    Reported bitrate_kbps = absent;
    Reported startup_ms = absent;
    Reported latency_ms = absent;
    Reported throughput_kbps = absent;
    Reported playhead_ms = absent;  // live: wall-clock time of the media
    // Since the view's start.
    Reported stalls = absent;
    Reported stall_ms = absent;
    Reported play_ms = absent;
    Reported rebuffer_ms = absent;
    Reported dropped_frames = absent;
    Reported total_frames = absent;
    Reported switches_up = absent;
    Reported switches_down = absent;
    Reported micro_stalls = absent;
    // Of the newest.
    Reported stall_duration_ms = absent;
    Reported rendition_height = absent;
    Reported player_height = absent;

    bool starved = false;  // the buffer was empty since the last request

    std::string error_code{};
    std::string connection{};
    std::string player{};
    std::string player_version{};

    friend bool operator==(const Beacon&, const Beacon&) = default;
};

}  // namespace tally::analytics
