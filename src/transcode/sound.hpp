// An ear for a stream's sound: how much there is, and whether it is cut off at full scale.
#pragma once

#include "base/result.hpp"
#include "media/frame.hpp"

#include <vector>

namespace tally::transcode {

struct Sound {
    double level_db = 0;  // RMS of all channels, dB of full scale; -120 at least
    double clipped = 0;   // share of the samples at full scale
    double loudness = 0;  // K-weighted mean square, channels added up: a block for gated_loudness()
};

/// Frames that prepare the decoder and the filters and are not heard.
inline constexpr std::size_t preparing_frames = 4;

/// Consecutive AAC frames of one format. For worker threads: takes about a millisecond for half a second of
/// sound. Errc::unsupported for other codecs, Errc::malformed for what does not decode.
Result<Sound> listen_to(const std::vector<media::FramePtr>& frames);

}  // namespace tally::transcode
