// What the program tells of a stream each second: the meter's seconds, and figures that other modules
// measure.
#pragma once

#include "base/clock.hpp"
#include "media/meter.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace tally::health {

/// What a stream is meant to be.
struct Plan {
    bool low_latency = false;
    std::uint32_t width = 0;  // declared by whoever started the stream, as are the next three
    std::uint32_t height = 0;
    double kbps = 0;
    double fps = 0;
    Milliseconds segment{2000};
    Milliseconds part{333};
    Milliseconds reconnect_window{60'000};
    bool recorded = false;

    /// Seconds from ingest to the viewer that the packaging aims at: three parts, or three segments, are what
    /// players keep.
    double latency_target() const {
        const auto unit = low_latency ? part : segment;
        return 3 * std::chrono::duration<double>(unit).count() + (low_latency ? 2 : 0);
    }
};

/// How far packaging has come.
struct Delivery {
    double ingest_ms = 0;              // from the socket to the stream's sinks
    std::optional<double> latency;     // seconds from arrival to availability, of the newest piece
    std::optional<double> update_age;  // seconds since the newest piece
    std::uint64_t gaps = 0;            // segments left out so far
};

/// What players report; nothing while there is none to ask.
struct Audience {
    std::optional<double> latency;  // seconds, of the median viewer; from five reporting viewers on
    std::optional<double> player_ms;
};

struct Observation {
    Time at;
    bool attached = false;                                      // an encoder feeds the stream
    std::vector<std::shared_ptr<const media::Second>> seconds;  // since the last observation, oldest first
    media::FormatPtr video;
    media::FormatPtr audio;
    Delivery delivery;
    Audience audience;
};

}  // namespace tally::health
