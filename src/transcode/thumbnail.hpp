// A live stream's poster: one keyframe made into a small JPEG.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/frame.hpp"

namespace tally::transcode {

/// The H.264 keyframe as a JPEG `width` pixels wide (16..1920) and as high as its picture's shape asks.
/// For worker threads: takes some 10 ms, one thread, and memory bounded by a 4096 × 2304 picture.
/// Errc::unsupported for other codecs and larger pictures, Errc::malformed when it does not decode cleanly.
Result<Bytes> render_thumbnail(const media::Frame& keyframe, int width = 640);

}  // namespace tally::transcode
