// A recording, or a stretch of it, as one progressive MP4 file: a header made in memory in front of the
// recorded bytes.
#pragma once

#include "base/byte_source.hpp"
#include "record/recording.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tally::record {

/// Decode times of video on the broadcast's timeline: from <= t < to.
struct Cut {
    media::Ticks from{};
    media::Ticks to{};
    media::Ticks audio_later{};  // audio is cut so much later: where the first picture is shown
    friend bool operator==(const Cut&, const Cut&) = default;
};

inline Cut whole(const Recording& recording) {
    return {.from = recording.start(), .to = recording.end()};
}

struct Movie {
    std::shared_ptr<const ByteSource> source;
    std::string etag;        // strong, quoted
    std::size_t memory = 0;  // that the source holds, in bytes
};

/// Three cuts of about 10 s that start 10, 50 and 80 % into the recording, keyframe to keyframe. Of a
/// recording with less: what is there. Empty when nothing is playable.
std::vector<Cut> previews(const Recording& recording);

/// Video and audio of the cut, interleaved as they were made; moov first. Errc::not_found when the cut holds
/// no sample. Blocks while it reads the index.
Result<Movie> movie(const Recording& recording, Cut cut);

}  // namespace tally::record
