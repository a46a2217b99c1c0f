// The one JPEG encoder of thumbnails and placeholders.
#pragma once

#include "base/bytes.hpp"
#include "transcode/libav.hpp"

namespace tally::transcode {

/// `picture` (any pixel format libswscale reads) in width × height pixels, both even and within 2..4096, as
/// JPEG wants them: full range, BT.601.
Result<PicturePtr> scale_for_jpeg(const AVFrame& picture, int width, int height);

/// What scale_for_jpeg() gave.
Result<Bytes> encode_jpeg(const AVFrame& scaled);

}  // namespace tally::transcode
