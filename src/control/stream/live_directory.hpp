// What control needs of the media side: streams that run in memory, and the recordings that they leave.
#pragma once

#include "base/task.hpp"
#include "control/channel/channel.hpp"
#include "control/stream/stream.hpp"

namespace tally::control {

/// Everything that a running stream is made from.
struct LiveStart {
    StreamId stream;
    BroadcastId broadcast;
    ChannelId channel;
    std::string channel_name;              // for people
    std::optional<RecordingId> recording;  // empty: nothing is recorded
    Quality quality;
    bool quality_declared = false;  // otherwise it is a default, and nothing that the encoder has to keep to
    LatencyMode latency_mode = LatencyMode::standard;
    std::chrono::seconds dvr_window{0};
    Visibility visibility = Visibility::public_;  // of the broadcast
    bool resume = false;  // after a restart: timeline and recording go on where they ended
};

/// What arrives, as against the declared Quality.
struct Measured {
    std::optional<Resolution> resolution;
    double bitrate = 0;  // kbps
    double fps = 0;
    std::optional<std::string> video_codec;  // RFC 6381
    std::optional<std::string> audio_codec;
};
BOOST_DESCRIBE_STRUCT(Measured, (), (resolution, bitrate, fps, video_codec, audio_codec))

struct Rendition {
    std::string name;  // "1080p60"
    int width = 0;
    int height = 0;
    double fps = 0;
    double bitrate = 0;  // kbps
    std::string codecs;  // RFC 6381
};
BOOST_DESCRIBE_STRUCT(Rendition, (), (name, width, height, fps, bitrate, codecs))

enum class RecordingStatus : std::uint8_t { none, recording, processing, ready, failed, deleted };
BOOST_DESCRIBE_ENUM(RecordingStatus, none, recording, processing, ready, failed, deleted)

/// A short cut of a recording, for a glance at it.
struct RecordingPreview {
    int n = 1;  // its number in the address
    Milliseconds offset{};
    Milliseconds duration{};
};
BOOST_DESCRIBE_STRUCT(RecordingPreview, (), (n, offset, duration))

struct RecordingState {
    RecordingStatus status = RecordingStatus::none;
    bool playable = false;
    Milliseconds duration{};  // of the media
    std::vector<RecordingPreview> previews{};
};

/// Called from any thread.
class LiveDirectory {
public:
    virtual ~LiveDirectory() = default;

    /// Encoders and viewers find the stream from now on. Repeating is harmless.
    virtual void start(const LiveStart& start) = 0;

    /// Ends the stream for its encoder and its viewers. Returns when the last frame is recorded; at once
    /// when it had ended before.
    virtual Async<> end_stream(StreamId stream) = 0;

    /// Closes the broadcast's recording and returns when it is playable; at once when it was closed before.
    /// Empty when nothing was recorded.
    virtual Async<std::optional<RecordingState>> finish_recording(BroadcastId broadcast) = 0;

    /// Of a broadcast, from now on. Nothing happens when it is not on air.
    virtual void set_visibility(const BroadcastId& broadcast, Visibility visibility) = 0;

    /// Empty before the first media, and once the stream has ended.
    virtual std::optional<Measured> measured(const StreamId& stream) const = 0;
    virtual std::vector<Rendition> renditions(const StreamId& stream) const = 0;

    /// All that were started and not ended.
    virtual std::vector<StreamId> running_streams() const { return {}; }

    /// "healthy", "degraded", "critical" or "unknown".
    virtual std::string health_status(const StreamId& /*stream*/) const { return "unknown"; }
};

}  // namespace tally::control
