#include "rtmp/fanout.hpp"

#include "base/log.hpp"
#include "rtmp/outgoing.hpp"

#include <boost/asio/post.hpp>

namespace tally::rtmp {
namespace {

constexpr WireLog::Limits log_limits;
/// Up to here every frame leaves at once; the kernel's cost per send rules above.
constexpr std::size_t few_players = 50;
constexpr Milliseconds busy_interval{100};
/// Other work of the thread gets its turn after so many sends.
constexpr std::size_t sends_at_a_time = 32;
constexpr std::chrono::seconds stuck_limit{30};
constexpr std::chrono::seconds farewell_limit{5};

constexpr auto video = static_cast<std::size_t>(media::Kind::video);
constexpr auto audio = static_cast<std::size_t>(media::Kind::audio);

}  // namespace

Fanout::Fanout(
    const Executor& executor,
    std::shared_ptr<media::Stream> stream,
    std::shared_ptr<ThreadLoad> load,
    PlayerCounts::Count count,
    const Clock& clock
)
    : executor_(executor),
      stream_(std::move(stream)),
      load_(std::move(load)),
      count_(std::move(count)),
      clock_(clock),
      timer_(executor) {}

Fanout::~Fanout() {
    stop();
}

void Fanout::join(Player::Start start) {
    // While no frames come nothing else removes players that left.
    if (players_.size() >= remove_at_) {
        remove_closed();
        remove_at_ = 2 * players_.size() + 64;
    }
    const auto input = std::move(start.input);
    const auto player = std::make_shared<Player>(std::move(start), log_, clock_);
    players_.push_back(player);
    ++load_->players;
    ++*count_;
    let_in(*player);
    player->start(input);
}

Async<> Fanout::run() {
    window_ = co_await stream_->window(executor_);
    next_ = window_->entry();
    while (!players_.empty()) {
        const auto now = clock_.monotonic();
        drain();
        co_await flush(now);
        trim();
        if (window_->ended() && next_ == window_->next()) co_return co_await finish();
        if (load_->players > few_players) co_await sleep_until(now + busy_interval);
        const bool idle = !window_->ended() && next_ == window_->next();
        if (idle && !players_.empty()) co_await window_->changed().wait();
    }
}

void Fanout::drain() {
    if (next_ < window_->first()) next_ = window_->entry();
    while (next_ < window_->next()) {
        const auto appended = append(*window_->at(next_++));
        if (appended) continue;
        log::error("rtmp players are let go", {{"reason", appended.error().context}});
        entry_.reset();
        return stop();
    }
}

Result<> Fanout::append(const media::Frame& frame) {
    auto& format = formats_.at(static_cast<std::size_t>(frame.kind));
    if (format != frame.format) {
        if (auto done = log_->append(write_sequence_header(*frame.format, frame.dts), frame.dts); !done)
            return done;
        format = frame.format;
    }
    const auto position = log_->end();
    if (auto done = log_->append(write_frame(frame), frame.dts); !done) return done;
    const bool entry =
        frame.kind == media::Kind::video ? frame.keyframe : !stream_->format(media::Kind::video);
    if (entry) entry_ = Entry{position, frame.dts, formats_};
    newest_ = frame.dts;
    return {};
}

void Fanout::trim() {
    const auto begin = log_->wanted_begin(log_limits, entry_ ? entry_->position : log_->end());
    if (!log_->frees(begin)) return;
    if (entry_ && entry_->position < begin) entry_.reset();
    for (const auto& player : players_)
        if (player->entered() && player->position() < begin) drop(*player);
    log_->discard(begin);
}

void Fanout::let_in(Player& player) {
    if (!entry_) return;
    auto formats = entry_->formats;
    // Its first frame may come only after the keyframe.
    if (!formats[audio]) formats[audio] = stream_->format(media::Kind::audio);
    auto head = write_metadata(formats[video], formats[audio], entry_->time);
    for (const auto& format : formats) {
        if (!format) continue;
        const auto header = write_sequence_header(*format, entry_->time);
        head.insert(head.end(), header.begin(), header.end());
    }
    player.enter(head, entry_->position);
}

/// The player is too slow: what it has not got of the log is lost to it. It comes in again once it takes
/// bytes.
void Fanout::drop(Player& player) {
    const auto resume = entry_ ? entry_->position : log_->end();
    stream_->meter().count_late(static_cast<std::uint32_t>(log_->messages_between(player.position(), resume))
    );
    player.leave();
}

Async<> Fanout::flush(Instant now) {
    for (std::size_t i = 0; i < players_.size(); ++i) {
        if (i % sends_at_a_time == sends_at_a_time - 1) co_await asio::post(executor_, as_result);
        auto& player = *players_[i];
        if (!player.entered() && !player.full()) let_in(player);
        player.send();
        if (player.stuck_since(now - stuck_limit)) player.close();
    }
    remove_closed();
}

Async<> Fanout::finish() {
    const auto farewell = log_->end();
    // Without memory for it the connections' end has to tell.
    std::ignore = log_->append(write_end(newest_), newest_);
    for (const auto& player : players_)
        if (!player->entered()) player->enter({}, farewell);
    const auto deadline = clock_.monotonic() + farewell_limit;
    for (;;) {
        const auto now = clock_.monotonic();
        co_await flush(now);
        for (const auto& player : players_)
            if (player->drained() || now >= deadline) player->close();
        remove_closed();
        if (players_.empty()) co_return;
        co_await sleep_until(now + busy_interval);
    }
}

void Fanout::stop() {
    for (const auto& player : players_)
        player->close();
    remove_closed();
    timer_.cancel();
    if (window_) window_->changed().notify();
}

void Fanout::remove_closed() {
    const auto removed = std::erase_if(players_, [](const auto& player) { return player->closed(); });
    load_->players -= removed;
    *count_ -= removed;
}

Async<> Fanout::sleep_until(Instant time) {
    timer_.expires_at(time);
    co_await timer_.async_wait(as_result);
}

}  // namespace tally::rtmp
