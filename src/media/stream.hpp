// A live stream: outlives the connections that feed it, and gives every reader the same continuous timeline.
#pragma once

#include "base/clock.hpp"
#include "base/id.hpp"
#include "media/frame.hpp"
#include "media/meter.hpp"
#include "media/timeline.hpp"
#include "media/window.hpp"

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace tally::media {

/// A frame as a protocol hands it over: times on the source's own clock, already unwrapped to 64 bits.
struct SourceFrame {
    Kind kind = Kind::video;
    bool keyframe = false;
    Ticks dts{};
    Ticks pts{};
    Instant arrived;
    Bytes payload;
};

/// Runs on the stream's home thread, in the order they were added, for every frame: packager, thumbnail
/// source.
class FrameSink {
public:
    virtual ~FrameSink() = default;
    virtual void on_frame(const FramePtr& frame) = 0;
    /// The stream is over: flush what is held back.
    virtual void on_end() = 0;
};

/// What the owner of the stream (the lifecycle in control) hears of, on the home thread.
struct StreamEvents {
    std::function<void()> connected;                 // an encoder attached
    std::function<void()> first_media;               // first decodable frame since it attached
    std::function<void(bool goodbye)> disconnected;  // the encoder left: said so, or was lost
};

class Stream;

/// One ingest session's right to feed a stream. From any thread: calls are posted to the home thread in
/// order. Destroying it without goodbye() is a lost connection.
class Publisher {
public:
    Publisher(std::shared_ptr<Stream> stream, std::uint64_t session);
    ~Publisher();
    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;

    /// The same format again is not a discontinuity; a really changed one is.
    void set_format(Kind kind, codec::Format format);
    void push(SourceFrame frame);
    /// Once a second from the session: what only the socket knows.
    void set_rtt(std::chrono::microseconds rtt);
    void goodbye();
    /// Set once the stream has ended or another session has taken over: the session closes its connection.
    bool revoked() const;

private:
    std::shared_ptr<Stream> stream_;
    std::uint64_t session_;
    bool said_goodbye_ = false;
};

class Stream : public std::enable_shared_from_this<Stream> {
public:
    struct Start {
        StreamId id;
        ChannelId channel;
        Ticks resume_at{};  // the timeline goes on here: not 0 after a restart of the server
    };

    Stream(const Executor& home, const Clock& clock, Start start, StreamEvents events);

    const StreamId& id() const { return start_.id; }

    const ChannelId& channel() const { return start_.channel; }

    Executor home() const { return home_; }

    /// A new encoder. From any thread. Errc::conflict while another one has sent within the last 5 s,
    /// Errc::closed once the stream has ended.
    Result<std::unique_ptr<Publisher>> attach();

    /// The window of the calling thread, made on first use and fed from then on; starts with the frames from
    /// the newest keyframe on. Call on `executor`'s thread.
    Async<std::shared_ptr<Window>> window(const Executor& executor);

    /// On the home thread.
    void add_sink(std::shared_ptr<FrameSink> sink);
    /// Ends the stream for readers and sinks, and revokes its publisher. On the home thread; repeating is
    /// harmless.
    void end();

    /// The newest video keyframe, for thumbnails; null before the first. From any thread.
    FramePtr newest_keyframe() const;
    /// Formats in force; null while a track is absent. From any thread.
    FormatPtr format(Kind kind) const;

    /// From any thread.
    const Meter& meter() const { return meter_; }

private:
    friend class Publisher;
    // ... owned by the media module
    Executor home_;
    const Clock& clock_;
    Start start_;
    StreamEvents events_;
    Timeline timeline_;
    Meter meter_;
};

}  // namespace tally::media
