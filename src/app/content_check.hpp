// Looks at a stream's picture and listens to its sound every few seconds: for alerts.
#pragma once

#include "app/stills.hpp"
#include "base/worker_pool.hpp"
#include "config/settings.hpp"
#include "health/observation.hpp"
#include "media/stream.hpp"
#include "transcode/sound.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

namespace tally::app {

/// Gathers on the stream's home thread and hands over to a worker: nothing waits for it, and what the worker
/// has no time for is left out.
class ContentCheck final : public media::FrameSink {
public:
    /// Both outlive the check.
    struct Parts {
        WorkerPool& pictures;
        Stills& stills;
    };

    ContentCheck(Parts parts, config::Content settings) : parts_(parts), settings_(settings) {}

    void on_frame(const media::FramePtr& frame) override;

    void on_end() override {}

    /// What is known. From any thread.
    health::Content content() const;

private:
    /// What the worker finds. It may be at work when the stream is gone.
    struct Found {
        void look(const transcode::Still& still);
        void listen(const transcode::Sound& sound);

        std::atomic<bool> looking = false;
        std::atomic<bool> listening = false;
        std::mutex mutex;
        // All below under the mutex.
        health::Content content;
        std::optional<transcode::Look> before;
        std::deque<double> blocks;  // of a minute, for the loudness
    };

    void see(const media::FramePtr& keyframe);
    void hear(const media::FramePtr& frame);

    Parts parts_;
    config::Content settings_;
    std::shared_ptr<Found> found_ = std::make_shared<Found>();
    std::optional<media::Ticks> seen_;
    std::optional<media::Ticks> heard_;
    std::vector<media::FramePtr> phrase_;  // being gathered
};

}  // namespace tally::app
