#include "media/stream.hpp"

#include <boost/asio/co_spawn.hpp>

namespace tally::media {
namespace {

using namespace std::chrono_literals;

constexpr auto silence_before_takeover = 5s;
constexpr std::size_t largest_frame = 8 * 1024 * 1024;

}  // namespace

Stream::Stream(const Executor& home, const Clock& clock, Start start, StreamEvents events)
    : home_(home),
      clock_(clock),
      start_(std::move(start)),
      meter_(clock),
      events_(std::move(events)),
      timeline_(start_.resume_at),
      home_window_(std::make_shared<Window>(home)),
      ticker_(home) {}

Result<std::unique_ptr<Publisher>> Stream::attach() {
    const std::lock_guard lock(attaching_);
    if (closed_) return fail(Errc::closed, "stream has ended");
    const auto now = clock_.monotonic();
    if (session_ != 0 && now - last_sent_.load() < silence_before_takeover) {
        meter_.count_rival();
        return fail(Errc::conflict, "another encoder is publishing to this stream");
    }
    last_sent_ = now;
    const auto session = ++sessions_;
    session_ = session;
    at_home([self = shared_from_this(), session] { self->take_session(session); });
    return std::make_unique<Publisher>(shared_from_this(), session);
}

void Stream::release(std::uint64_t session) {
    const std::lock_guard lock(attaching_);
    if (session_ == session) session_ = 0;
}

void Stream::take_session(std::uint64_t session) {
    if (ended_) return;
    if (feeding_ != 0) take_leave(false);
    feeding_ = session;
    first_media_ = false;
    for (auto& track : tracks_)
        track.announced = track.decodable = false;
    timeline_.begin_session();
    meter_.start(clock_.monotonic());
    schedule_tick();
    if (events_.connected) events_.connected();
}

void Stream::take_format(Kind kind, codec::Format format) {
    auto& track = track_of(kind);
    track.announced = true;
    if (track.format && *track.format == format) return;
    if (track.format) timeline_.mark(kind);
    track.decodable = false;
    track.format = std::make_shared<const codec::Format>(std::move(format));
    formats_[static_cast<std::size_t>(kind)].store(track.format, std::memory_order_release);
}

bool Stream::admit(const SourceFrame& frame) {
    auto& track = track_of(frame.kind);
    if (!track.announced || frame.payload.empty() || frame.payload.size() > largest_frame) return false;
    track.decodable |= frame.kind == Kind::audio || frame.keyframe;
    return track.decodable;
}

void Stream::take_frame(SourceFrame source) {
    if (!admit(source)) return meter_.count_refused();
    const auto place = timeline_.place(source, clock_.now());
    if (!place) return;
    if (!budgets_[static_cast<std::size_t>(source.kind)].admit(place->dts, source.payload.size())) {
        track_of(source.kind).decodable = false;
        return meter_.count_refused();
    }
    if (place->jumped) meter_.count_jump();
    auto frame = std::make_shared<const Frame>(Frame{
        .kind = source.kind,
        .keyframe = source.keyframe || source.kind == Kind::audio,
        .discontinuity = place->discontinuity,
        .dts = place->dts,
        .pts = place->pts,
        .format = track_of(source.kind).format,
        .captured = place->captured,
        .arrived = source.arrived,
        .payload = std::move(source.payload),
    });
    meter_.count(*frame);
    deliver(frame);
}

void Stream::deliver(const FramePtr& frame) {
    if (frame->kind == Kind::video && frame->keyframe)
        newest_keyframe_.store(frame, std::memory_order_release);
    home_window_->append(frame);
    for (const auto& window : windows_)
        asio::post(window->executor(), [window, frame] { window->append(frame); });
    if (!std::exchange(first_media_, true) && events_.first_media) events_.first_media();
    for_sinks_.push_back(frame);
    if (for_sinks_.size() == 1) asio::post(home_, [self = shared_from_this()] { self->feed_sinks(); });
}

/// After the readers have had their turn: a sink that finishes a segment takes longer than a frame may wait.
void Stream::feed_sinks() {
    for (const auto& frame : std::exchange(for_sinks_, {}))
        for (const auto& sink : sinks_)
            sink->on_frame(frame);
}

void Stream::take_leave(bool goodbye) {
    feeding_ = 0;
    ticker_.cancel();
    meter_.stop(goodbye);
    if (events_.disconnected) events_.disconnected(goodbye);
}

/// Seconds are counted while an encoder is attached, so an idle stream does not wake.
void Stream::schedule_tick() {
    ticker_.expires_after(1s);
    ticker_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (error || !self || self->feeding_ == 0) return;
        self->meter_.roll(self->clock_.monotonic());
        self->schedule_tick();
    });
}

Async<std::shared_ptr<Window>> Stream::window(const Executor& executor) {
    if (executor == home_) co_return home_window_;
    const auto self = shared_from_this();
    co_return co_await asio::co_spawn(home_, open_window(executor), use_awaitable);
}

Async<std::shared_ptr<Window>> Stream::open_window(Executor reader) {
    for (const auto& window : windows_)
        if (window->executor() == reader) co_return window;
    auto window = std::make_shared<Window>(reader);
    // One post, before those of the frames to come: the order of posts is the order of frames.
    std::vector<FramePtr> backlog;
    for (auto sequence = home_window_->entry(); sequence < home_window_->next(); ++sequence)
        backlog.push_back(home_window_->at(sequence));
    asio::post(reader, [window, backlog = std::move(backlog), ended = ended_] {
        for (const auto& frame : backlog)
            window->append(frame);
        if (ended) window->end();
    });
    if (!ended_) windows_.push_back(window);
    co_return window;
}

void Stream::add_sink(std::shared_ptr<FrameSink> sink) {
    if (ended_) return;
    sinks_.push_back(std::move(sink));
}

void Stream::end() {
    if (std::exchange(ended_, true)) return;
    {
        const std::lock_guard lock(attaching_);
        closed_ = true;
        session_ = 0;
    }
    feeding_ = 0;
    ticker_.cancel();
    meter_.stop(true);
    home_window_->end();
    for (const auto& window : std::exchange(windows_, {}))
        asio::post(window->executor(), [window] { window->end(); });
    feed_sinks();
    for (const auto& sink : std::exchange(sinks_, {}))
        sink->on_end();
}

}  // namespace tally::media
