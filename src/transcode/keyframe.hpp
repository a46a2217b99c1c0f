// A keyframe as a picture.
#pragma once

#include "media/frame.hpp"
#include "transcode/libav.hpp"

namespace tally::transcode {

/// For worker threads: takes some 10 ms, one thread, and memory bounded by a 4096 × 2304 picture.
/// Errc::unsupported for other codecs than H.264, Errc::too_large over 8 MiB, Errc::malformed when it does
/// not decode cleanly.
Result<PicturePtr> decode_keyframe(const media::Frame& keyframe);

}  // namespace tally::transcode
