// A live stream: outlives the connections that feed it, and gives every reader the same continuous timeline.
#pragma once

#include "base/clock.hpp"
#include "base/id.hpp"
#include "media/budget.hpp"
#include "media/frame.hpp"
#include "media/meter.hpp"
#include "media/publisher.hpp"
#include "media/timeline.hpp"
#include "media/window.hpp"
#include "net/signal.hpp"

#include <boost/asio/post.hpp>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace tally::media {

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
    std::function<void()> refused{};                 // it sends a codec that cannot be carried
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
    FramePtr newest_keyframe() const { return newest_keyframe_.load(std::memory_order_acquire); }

    /// Formats in force; null while a track is absent. From any thread.
    FormatPtr format(Kind kind) const {
        return formats_[static_cast<std::size_t>(kind)].load(std::memory_order_acquire);
    }

    /// From any thread.
    const Meter& meter() const { return meter_; }

    Meter& meter() { return meter_; }

private:
    friend class Publisher;

    /// What one session has told of a track.
    struct Track {
        FormatPtr format;        // in force on the stream
        bool announced = false;  // by this session
        bool decodable = false;  // audio once announced, video from its first keyframe on
    };

    /// At once when on the home thread, otherwise posted.
    template <class Work>
    void at_home(Work work) {
        if (home_.running_in_this_thread())
            work();
        else
            asio::post(home_, std::move(work));
    }

    Track& track_of(Kind kind) { return tracks_[static_cast<std::size_t>(kind)]; }

    void release(std::uint64_t session);
    void take_session(std::uint64_t session);
    void take_format(Kind kind, codec::Format format);
    void take_frame(SourceFrame source);
    void take_leave(bool goodbye);
    bool admit(const SourceFrame& frame);
    void deliver(const FramePtr& frame);
    void feed_sinks();
    void schedule_tick();
    Async<std::shared_ptr<Window>> open_window(Executor reader);

    // Read by every thread.
    Executor home_;
    const Clock& clock_;
    Start start_;
    std::mutex attaching_;                    // guards changes of session_
    std::atomic<std::uint64_t> session_ = 0;  // that may feed; 0: none
    std::uint64_t sessions_ = 0;              // guarded by attaching_
    bool closed_ = false;                     // guarded by attaching_
    std::atomic<Instant> last_sent_;
    std::atomic<FramePtr> newest_keyframe_;
    std::array<std::atomic<FormatPtr>, 2> formats_;
    Meter meter_;

    // Home thread only.
    StreamEvents events_;
    Timeline timeline_;
    std::array<Budget, 2> budgets_;  // per track
    std::array<Track, 2> tracks_;
    std::uint64_t feeding_ = 0;  // session_ as the home thread has heard of it
    bool first_media_ = false;   // came since the session attached
    bool ended_ = false;
    std::shared_ptr<Window> home_window_;
    std::vector<std::shared_ptr<Window>> windows_;  // of other threads
    std::vector<std::shared_ptr<FrameSink>> sinks_;
    std::vector<FramePtr> for_sinks_;  // delivered to readers, not yet to sinks
    net::Timer ticker_;
};

}  // namespace tally::media
