// HLS playlists as a player reads them: RFC 8216bis, as far as choosing, fetching and timing segments need
// it.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::load {

struct Variant {
    std::string uri;
    std::uint64_t bandwidth = 0;  // bits per second
    std::uint32_t height = 0;     // lines; 0: not said
};

struct MasterPlaylist {
    std::vector<Variant> variants;  // least bandwidth first; at least one
    std::string audio_uri;          // of the first audio rendition with one of its own; may be empty
};

struct Segment {
    std::uint64_t number = 0;
    std::string uri;
    double duration = 0;           // seconds, at most 3600
    std::optional<Time> captured;  // EXT-X-PROGRAM-DATE-TIME, given or carried on
    bool gap = false;              // not to be fetched
};

struct MediaPlaylist {
    double target_duration = 0;  // seconds, 1 to 3600
    bool ended = false;
    std::string map_uri;  // of the newest segment; may be empty
    std::vector<Segment> segments;
};

/// Lines of no known tag are left out. At most 64 variants and 10,000 segments are read.
/// Errc::malformed for what is no playlist of its kind.
Result<MasterPlaylist> parse_master(std::string_view text);
Result<MediaPlaylist> parse_media(std::string_view text);

}  // namespace tally::load
