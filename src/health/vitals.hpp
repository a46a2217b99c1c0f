// A stream's figures at one moment, by the definitions of the health API.
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace tally::health {

/// Empty is "not measured", never zero.
using Figure = std::optional<double>;

struct VideoFacts {
    std::string codec;
    std::string profile;  // "High"; empty when unknown
    std::string level;    // "4.2"
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    bool progressive = true;
    std::uint32_t chroma_format_idc = 1;
    std::uint32_t bit_depth = 8;
    std::optional<double> frame_rate;  // that the encoder declares
    std::string colour;                // "bt709"; empty when the stream does not say
};

struct AudioFacts {
    std::string codec;
    std::uint32_t sample_rate = 0;
    std::uint32_t channels = 0;
};

struct Vitals {
    Time at;
    bool attached = false;
    std::optional<Time> sampled;  // when the newest second with media ended
    double uptime = 0;            // seconds since the first media
    double silence = 0;           // seconds without media, since there was some

    Figure latency;  // seconds
    bool latency_of_players = false;
    double latency_target = 0;
    double ingest_ms = 0;
    Figure package_ms;
    Figure player_ms;

    Figure buffer_health;  // 0-100
    Figure jitter;         // frame intervals
    Figure jitter_ms;
    Figure bitrate;  // kbps of video (of audio without video) over 10 s
    Figure audio_bitrate;
    Figure loudness;  // LUFS, over 60 s
    Figure bitrate_stability;
    Figure bitrate_median;  // kbps over 60 s, as the next
    Figure bitrate_p5;
    Figure fps;
    std::uint64_t dropped_frames = 0;
    std::uint64_t received_frames = 0;
    std::uint64_t dropped_last_minute = 0;
    Figure dropped_ratio_30s;
    Figure realtime_ratio;     // over 10 s
    Figure keyframe_interval;  // seconds
    Figure av_drift_ms;
    Figure rtt_ms;
    std::uint64_t reconnects = 0;
    double downtime = 0;  // seconds between losing an encoder and its media again

    // For rules alone.
    bool said_goodbye = false;    // the encoder that left last
    std::size_t run_seconds = 0;  // measured without a break, 60 at most
    std::size_t disconnects_5m = 0;
    std::size_t disconnects_10m = 0;
    std::uint64_t jumps_last_minute = 0;    // of the encoder's clock
    std::uint64_t changes_last_minute = 0;  // of the format
    std::uint64_t gaps_last_minute = 0;     // segments that could not be made
    std::size_t rivals_10m = 0;             // encoders turned away while this one went on
    bool refused_video = false;             // an encoder was, and none has fed since
    bool refused_audio = false;
    bool refused_container = false;
    Figure shortest_gop;  // seconds, of the last three
    Figure longest_gop;
    Figure gop_variation;
    std::uint64_t leading_in_3_gops = 0;
    std::uint32_t b_frames = 0;  // in a row, over a minute
    Figure video_absent;         // seconds, while media comes
    Figure audio_absent;

    // Of the newest second, for the history.
    Figure bitrate_now;
    Figure audio_bitrate_now;
    Figure fps_now;
    std::uint64_t dropped_now = 0;

    std::optional<VideoFacts> video;
    std::optional<AudioFacts> audio;
};

}  // namespace tally::health
