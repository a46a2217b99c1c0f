// One thread's view of a stream: its newest frames, and the cursors that read them at their own pace.
#pragma once

#include "media/frame.hpp"
#include "net/signal.hpp"

#include <cstddef>
#include <deque>
#include <memory>

namespace tally::media {

/// Bounded by bytes and, but for the newest GOP, by time; the oldest frames leave first. Lives on one thread;
/// fed by the stream's home thread with one post per frame.
class Window {
public:
    struct Limits {
        Ticks duration = std::chrono::seconds(30);  // of media kept behind the newest frame
        std::size_t bytes = 64 * 1024 * 1024;
    };

    explicit Window(const Executor& executor) : Window(executor, Limits{}) {}

    Window(const Executor& executor, Limits limits);

    void append(FramePtr frame);
    void end();

    Executor executor() const { return executor_; }

    std::uint64_t first() const { return first_; }  // sequence of the oldest frame kept

    std::uint64_t next() const { return first_ + frames_.size(); }  // sequence the next frame will get

    const FramePtr& at(std::uint64_t sequence) const { return frames_.at(sequence - first_); }

    /// Where a new reader starts: the newest video keyframe; without video, the newest frame. next() when
    /// empty, first() when the bound on bytes has cut into the newest GOP.
    std::uint64_t entry() const;

    bool ended() const { return ended_; }

    /// Notified on every append and at the end.
    net::Signal& changed() { return changed_; }

private:
    void evict();

    Executor executor_;
    Limits limits_;
    std::deque<FramePtr> frames_;
    std::uint64_t first_ = 0;
    std::uint64_t entry_ = 0;
    std::size_t bytes_ = 0;
    bool has_video_ = false;
    bool ended_ = false;
    net::Signal changed_;
};

/// Reads a window in order; its video starts with a keyframe. One that falls out of the window resumes at
/// entry().
class Subscription {
public:
    explicit Subscription(std::shared_ptr<Window> window)
        : window_(std::move(window)),
          next_(window_->entry()) {}

    /// The next frame, waiting for it; null once the stream has ended.
    Async<FramePtr> next();

    /// Frames lost to falling behind.
    std::uint64_t skipped() const { return skipped_; }

private:
    std::shared_ptr<Window> window_;
    std::uint64_t next_;
    std::uint64_t skipped_ = 0;
    bool decodable_ = false;  // a keyframe came since the start or the last skip
};

}  // namespace tally::media
