// One live stream's way through the program: frames in, packages out, every byte recorded.
#pragma once

#include "app/content_check.hpp"
#include "app/edge_meter.hpp"
#include "base/worker_pool.hpp"
#include "control/stream/live_directory.hpp"
#include "media/stream.hpp"
#include "net/signal.hpp"
#include "package/packager.hpp"
#include "record/recorder.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace tally::app {

/// Built, fed and ended on its home thread; what it gives may be used from any.
class Pipeline : public std::enable_shared_from_this<Pipeline> {
public:
    struct Recording {
        WorkerPool& disk;  // one thread: the order of what is written
        std::filesystem::path directory;
    };

    struct Start {
        control::LiveStart live;
        std::optional<Recording> recording;
        media::StreamEvents events;
        package::PackagerOptions packaging;
        std::shared_ptr<ContentCheck> content{};  // null: nobody looks
    };

    Pipeline(const Executor& home, const Clock& clock, Start start);

    const control::LiveStart& start() const { return start_.live; }

    const std::shared_ptr<package::Output>& output() const { return output_; }

    /// How far packaging and recording have come. Once built; from any thread.
    health::Delivery delivery() const;
    /// What is seen and heard. From any thread.
    health::Content content() const;

    /// Opens the recording and connects the parts. Without this nothing flows.
    Async<> build();
    /// Waits for build(). From any thread.
    Async<std::shared_ptr<media::Stream>> stream();
    /// Ends the stream and returns when its last frame is on disk. From any thread; repeating is harmless.
    Async<> end();

    /// Null before build() is done. From any thread.
    std::shared_ptr<media::Stream> built() const { return stream_.load(); }

private:
    Async<std::optional<record::Recorder::Opened>> open_recording();
    Async<std::shared_ptr<media::Stream>> await_stream();
    Async<> end_here();

    Executor home_;
    const Clock& clock_;
    Start start_;
    std::shared_ptr<package::Output> output_ = std::make_shared<package::Output>();
    std::shared_ptr<EdgeMeter> edge_;
    std::shared_ptr<record::Recorder> recorder_;  // null: nothing is recorded
    std::atomic<std::shared_ptr<media::Stream>> stream_;
    net::Signal built_;
};

}  // namespace tally::app
