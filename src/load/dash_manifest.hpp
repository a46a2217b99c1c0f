// A DASH manifest as a player reads it (ISO 23009-1): segment lists by SegmentTemplate and SegmentTimeline.
#pragma once

#include "load/playlist.hpp"

namespace tally::load {

/// One of a manifest's representations, its segments listed as an HLS playlist has them.
struct DashRepresentation {
    Variant variant;  // its URI is the representation's id
    MediaPlaylist media;
};

struct DashManifest {
    std::vector<DashRepresentation> video;  // least bandwidth first
    std::vector<DashRepresentation> audio;  // at least one of video and audio
    bool ended = false;                     // static: nothing more comes
    Milliseconds update_every{1000};
    double delay = 0;      // seconds behind the live edge that the server suggests; 0: none
    std::string location;  // where to go from now on; may be empty
    std::string base;      // what segment URLs are relative to; may be empty
};

/// Representations of several periods with one id are one, one period after the other. At most 64
/// representations of 10,000 segments, 50,000 in all. Errc::malformed for what is no manifest,
/// Errc::unsupported for one that has other than timelines.
Result<DashManifest> parse_manifest(std::string_view text);

}  // namespace tally::load
