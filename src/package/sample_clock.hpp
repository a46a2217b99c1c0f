// Media time in a track's own timescale: video as it came, audio counted in samples.
#pragma once

#include "media/frame.hpp"

#include <cstdint>
#include <optional>

namespace tally::package {

/// RTMP rounds to milliseconds: audio laid end to end by its sample count shows no gaps from that. Only a
/// drift of more than 40 ms is real, and is corrected.
class SampleClock {
public:
    explicit SampleClock(std::uint32_t timescale) : timescale_(timescale) {}

    /// Decode time of the frame. Empty when an audio frame is one too many: it is left out.
    std::optional<std::uint64_t> place(const media::Frame& frame);

    std::uint64_t to_timescale(media::Ticks time) const;

private:
    std::uint64_t expected() const;

    std::uint32_t timescale_;
    // Audio: `frames_` frames of `format_` lie between `anchor_` and the next.
    media::FormatPtr format_;
    std::uint64_t anchor_ = 0;
    std::uint64_t frames_ = 0;
};

}  // namespace tally::package
