// A recording's HLS playlists: rendered once, then shared by every viewer.
#pragma once

#include "package/output.hpp"
#include "record/recording.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace tally::record {

/// URIs are relative to /vod/{broadcast}/: "720p/playlist.m3u8", and beside that "init_0.mp4" and
/// "segment_7.m4s".
struct Presentation {
    package::Document master;
    std::map<std::string, package::Document, std::less<>> playlists;  // by rendition

    /// What it holds in memory, in bytes.
    std::size_t memory() const;
};

/// Of a recording without media: playlists without segments.
Presentation present(const Recording& recording);

}  // namespace tally::record
