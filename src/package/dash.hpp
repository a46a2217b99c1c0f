// The DASH manifest as text (ISO 23009-1), from plain values.
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tally::package::dash {

/// Times in the representation's timescale.
struct TimelineSegment {
    std::uint64_t time = 0;  // earliest presentation time
    std::uint64_t duration = 0;
};

struct Representation {
    std::string id;  // the rendition's name, and the folder of its segments
    bool video = true;
    bool independent = true;  // every segment starts with a keyframe
    std::string codecs;       // RFC 6381
    std::uint64_t bandwidth = 0;
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    double fps = 0;  // 0: unknown
    std::uint32_t sample_rate = 0;
    std::uint32_t channels = 0;
    std::uint32_t timescale = 90'000;
    std::uint64_t presentation_offset = 0;  // media time at the start of the period
    std::uint32_t init = 0;                 // number in init_{n}.mp4
    std::uint64_t first_number = 0;         // of segments.front() in segment_{n}.m4s
    std::vector<TimelineSegment> segments;
};

/// What lies between two discontinuities. Id and start never change while a part of it is in the window.
struct Period {
    std::uint64_t id = 0;
    Milliseconds start{};  // from availability_start
    std::vector<Representation> representations;
};

struct Manifest {
    bool live = true;         // otherwise static: nothing more comes
    Time availability_start;  // wall clock of media time 0
    Time published;
    Milliseconds update_every{};
    Milliseconds window{};    // time shift buffer
    Milliseconds latency{};   // behind the live edge that players aim for
    Milliseconds duration{};  // static only: end of the last period
    std::string clock_url;    // answers the time of day as ISO 8601 text
    std::vector<Period> periods;
};

std::string render_manifest(const Manifest& manifest);

}  // namespace tally::package::dash
