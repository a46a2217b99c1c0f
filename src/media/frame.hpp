// The one currency between protocols and formats: a frame, immutable and shared by every reader.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "codec/format.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace tally::media {

/// Media time: exact for RTMP's milliseconds and MPEG-TS alike.
using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 90'000>>;

enum class Kind : std::uint8_t { video, audio };

/// A frame as a protocol hands it over: times on the source's own clock, already unwrapped to 64 bits.
struct SourceFrame {
    Kind kind = Kind::video;
    bool keyframe = false;
    Ticks dts{};
    Ticks pts{};
    Instant arrived;
    Bytes payload;
};

using FormatPtr = std::shared_ptr<const codec::Format>;

struct Frame {
    Kind kind = Kind::video;
    bool keyframe = false;       // always true for audio
    bool discontinuity = false;  // first frame of its track after a seam: reconnect, clock jump, new format
    Ticks dts{};                 // on the stream's timeline: starts at 0, continues over reconnects
    Ticks pts{};
    FormatPtr format;  // what decodes this frame; the same pointer while the format is unchanged
    Time captured;     // wall clock of its arrival at ingest, smoothed: advances exactly with dts
    Instant arrived;   // when it came off the socket: latency is measured from here
    Bytes payload;     // H.264: length-prefixed NAL units as in the avcC; AAC: one raw access unit
};

using FramePtr = std::shared_ptr<const Frame>;

}  // namespace tally::media
