// The poster of a channel that is not live.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <string_view>

namespace tally::transcode {

/// A JPEG of 1280 × 720 with the channel's name and "Offline". Any name: a long one is shortened with an
/// ellipsis, bytes that are not UTF-8 show as replacement characters. For worker threads: takes some 20 ms.
Result<Bytes> render_placeholder(std::string_view channel_name);

}  // namespace tally::transcode
