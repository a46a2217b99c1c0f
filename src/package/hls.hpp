// HLS playlists as text (RFC 8216bis), from plain values: the live window and VOD render with the same
// functions.
#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tally::package::hls {

using Seconds = std::chrono::duration<double>;

struct PlaylistSegment {
    std::string uri;
    std::string map_uri;  // EXT-X-MAP, written where it changes
    Seconds duration{};
    bool discontinuity = false;
    bool gap = false;  // EXT-X-GAP: there is nothing to fetch
    Time captured;     // EXT-X-PROGRAM-DATE-TIME
};

struct MediaPlaylist {
    enum class Type : std::uint8_t { live, vod };

    Type type = Type::live;
    unsigned target_duration = 2;  // seconds
    std::uint64_t media_sequence = 0;
    std::uint64_t discontinuity_sequence = 0;
    bool independent = true;  // every segment starts with a keyframe
    bool ended = false;       // EXT-X-ENDLIST; implied by vod
    std::vector<PlaylistSegment> segments;
};

std::string render_media_playlist(const MediaPlaylist& playlist);

/// Bits per second of one rendition: of its largest segment, and over all.
struct Bitrate {
    std::uint64_t peak = 0;
    std::uint64_t average = 0;
};

struct VideoRendition {
    std::string uri;
    std::string codecs;  // RFC 6381
    Bitrate bitrate;
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    double fps = 0;  // 0: unknown
};

struct AudioRendition {
    std::string name;
    std::string uri;
    std::string codecs;  // RFC 6381
    Bitrate bitrate;
    std::uint32_t channels = 2;
};

struct MasterPlaylist {
    bool independent = true;
    std::vector<VideoRendition> video;
    std::optional<AudioRendition> audio;
};

/// The multivariant playlist. Audio alone becomes a variant of its own.
std::string render_master(const MasterPlaylist& master);

}  // namespace tally::package::hls
