// The one JPEG encoder of thumbnails and placeholders.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

struct AVFrame;

namespace tally::transcode {

/// `picture` (any pixel format libswscale reads) as a JPEG of width × height pixels. Both must be even and
/// within 2..4096.
Result<Bytes> encode_jpeg(const AVFrame& picture, int width, int height);

}  // namespace tally::transcode
