#include "app/pipeline.hpp"

#include "base/log.hpp"

#include <boost/asio/co_spawn.hpp>

namespace tally::app {

Pipeline::Pipeline(const Executor& home, const Clock& clock, Start start)
    : home_(home),
      clock_(clock),
      start_(std::move(start)),
      edge_(std::make_shared<EdgeMeter>(clock)),
      built_(home) {}

Async<> Pipeline::build() {
    const auto self = shared_from_this();
    package::Resume resume;
    media::Ticks resume_at{};
    package::OutputSinks sinks{edge_};
    if (auto opened = co_await open_recording()) {
        recorder_ = opened->recorder;
        resume = std::move(opened->resume);
        resume_at = opened->resume_at;
        sinks.push_back(recorder_);
    }
    const media::Stream::Start start{
        .id = start_.live.stream,
        .channel = start_.live.channel,
        .resume_at = resume_at,
    };
    auto stream = std::make_shared<media::Stream>(home_, clock_, start, std::move(start_.events));
    // Segments are cached for a day: no later stream of the channel may use a number again. Seconds pass
    // faster than segments are made.
    const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch();
    start_.packaging.first_number = static_cast<std::uint32_t>(now.count());
    stream->add_sink(edge_);
    if (start_.content) stream->add_sink(start_.content);
    stream->add_sink(std::make_shared<package::Packager>(output_, start_.packaging, resume, std::move(sinks))
    );
    stream_.store(std::move(stream));
    built_.notify();
}

/// Viewers come first: a broadcast that cannot be recorded goes on without its recording.
Async<std::optional<record::Recorder::Opened>> Pipeline::open_recording() {
    if (!start_.recording) co_return std::nullopt;
    auto opened = co_await record::Recorder::open(start_.recording->disk, start_.recording->directory);
    if (opened) co_return *std::move(opened);
    log::error(
        "recording failed to start",
        {{"broadcast", start_.live.broadcast.text()}, {"error", opened.error().context}}
    );
    co_return std::nullopt;
}

health::Delivery Pipeline::delivery() const {
    auto delivery = edge_->delivery();
    delivery.recording_failed = start_.recording && (!recorder_ || recorder_->failing());
    return delivery;
}

health::Content Pipeline::content() const {
    return start_.content ? start_.content->content() : health::Content{};
}

Async<std::shared_ptr<media::Stream>> Pipeline::stream() {
    if (auto stream = stream_.load()) co_return stream;
    co_return co_await asio::co_spawn(home_, await_stream(), use_awaitable);
}

Async<std::shared_ptr<media::Stream>> Pipeline::await_stream() {
    const auto self = shared_from_this();
    while (!stream_.load())
        co_await built_.wait();
    co_return stream_.load();
}

Async<> Pipeline::end() {
    co_await asio::co_spawn(home_, end_here(), use_awaitable);
}

Async<> Pipeline::end_here() {
    const auto stream = co_await await_stream();
    stream->end();
    if (!recorder_) co_return;
    if (const auto finished = co_await recorder_->finish(); !finished) {
        log::error(
            "recording is incomplete",
            {{"broadcast", start_.live.broadcast.text()}, {"error", finished.error().context}}
        );
    }
}

}  // namespace tally::app
