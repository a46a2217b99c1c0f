#include "control/lifecycle/stream_lifecycle.hpp"

#include "base/log.hpp"
#include "control/broadcast/broadcast_repository.hpp"
#include "control/lifecycle/media_side.hpp"
#include "control/schedule/schedule_clock.hpp"
#include "control/store_retry.hpp"
#include "control/stream/stream_repository.hpp"

#include <boost/asio/post.hpp>

namespace tally::control {

namespace {

constexpr std::size_t most_happenings = 10'000;
/// The wall clock may be set: never sleep past this without looking at it.
constexpr std::chrono::seconds longest_sleep{60};
/// While streams run in this process.
constexpr std::chrono::seconds between_looks{10};
/// For broadcasts whose recordings a process that died had yet to finish.
constexpr std::chrono::days looked_back{1};

}  // namespace

void StreamLifecycle::media_arrived(StreamId stream) {
    happened(std::move(stream), [](OnAir& on_air, Time at) { control::media_arrived(on_air, at); });
}

void StreamLifecycle::encoder_left(StreamId stream, bool goodbye) {
    happened(std::move(stream), [goodbye](OnAir& on_air, Time at) {
        control::encoder_left(on_air, goodbye, at);
    });
}

void StreamLifecycle::media_refused(StreamId stream, std::string code) {
    happened(std::move(stream), [code = std::move(code)](OnAir& on_air, Time at) {
        control::media_refused(on_air, code, at);
    });
}

void StreamLifecycle::wake() {
    asio::post(home_, [this] {
        woken_ = true;
        timer_.cancel();
    });
}

void StreamLifecycle::close() {
    closed_ = true;
    wake();
}

void StreamLifecycle::happened(StreamId stream, Change change) {
    asio::post(home_, [this, next = Happening{std::move(stream), clock_.now(), std::move(change)}]() mutable {
        if (happenings_.size() < most_happenings)
            happenings_.push_back(std::move(next));
        else
            log::error("stream.event_lost", {{"stream", next.stream.text()}, {"reason", "store is away"}});
    });
    wake();
}

Async<> StreamLifecycle::recover() {
    auto starts = co_await database_.transact([now = clock_.now()](sql::Session& session) {
        std::vector<LiveStart> found;
        for (const auto& stream : StreamRepository(session).running()) {
            auto on_air = load(session, stream);
            // What was being stopped ends when its time is up.
            if (stream.status != StreamStatus::stopping) {
                on_air.running_stream().deadline_at = now + start_timeout;
                control::encoder_left(on_air, stream.said_goodbye, now);
            }
            save(session, on_air, now);
            found.push_back(live_start(on_air));
        }
        return found;
    });
    for (auto& start : starts) {
        start.resume = true;
        live_.start(start);
        log::info("stream.recovered", {{"stream", start.stream.text()}, {"channel", start.channel.text()}});
    }
    co_await finish_recordings();
}

/// What was never recorded is looked for again at each start, and soon no more.
Async<> StreamLifecycle::finish_recordings() {
    const auto unfinished = co_await database_.read([now = clock_.now()](sql::Session& session) {
        return BroadcastRepository(session).unfinished(now - looked_back);
    });
    for (const auto& broadcast : unfinished)
        co_await finish_recording(database_, live_, broadcast, clock_.now());
}

Async<> StreamLifecycle::run() {
    while (!closed_) {
        std::optional<Time> next;
        try {
            next = co_await settle();
            if (!live_.running_streams().empty()) {
                if (clock_.monotonic() >= next_look_) {
                    co_await end_leftovers();
                    next_look_ = clock_.monotonic() + between_looks;
                }
                next = std::min(next.value_or(Time::max()), clock_.now() + between_looks);
            }
        } catch (const sql::Unavailable&) {
            next = clock_.now() + retry_store;
        }
        co_await wait_until(next);
    }
}

Async<std::optional<Time>> StreamLifecycle::settle() {
    while (!happenings_.empty()) {
        const auto next = happenings_.front();
        co_await advance(next.stream, next.at, next.change);
        happenings_.pop_front();
    }
    const auto now = clock_.now();
    const auto due =
        co_await database_.read([now](sql::Session& session) { return StreamRepository(session).due(now); });
    for (const auto& stream : due) {
        co_await advance(stream.id, now, [](OnAir& on_air, Time at) {
            // The encoder may have come back since.
            const auto deadline = on_air.running_stream().deadline_at;
            if (deadline && *deadline <= at) deadline_passed(on_air, at);
        });
    }
    const auto next_of_events = co_await settle_schedule(database_, now);
    const auto next_of_streams = co_await database_.read([](sql::Session& session) {
        return StreamRepository(session).next_deadline();
    });
    if (!next_of_events || !next_of_streams) co_return next_of_events ? next_of_events : next_of_streams;
    co_return std::min(next_of_events, next_of_streams);
}

Async<> StreamLifecycle::advance(StreamId stream, Time at, Change change) {
    const auto advanced = co_await database_.transact([=](sql::Session& session) -> std::optional<OnAir> {
        const auto found = StreamRepository(session).find(stream);
        if (!found || is_over(found->status)) return std::nullopt;
        auto on_air = load(session, *found);
        change(on_air, at);
        save(session, on_air, at);
        return on_air;
    });
    if (advanced && is_over(advanced->running_stream().status)) co_await end_media(*advanced);
}

Async<> StreamLifecycle::end_media(const OnAir& ended) {
    const auto& stream = *ended.stream;
    log::info("stream.ended", {{"stream", stream.id.text()}, {"reason", stream.end_reason.value_or("")}});
    co_await live_.end_stream(stream.id);
    if (is_over(ended.broadcast.status))
        co_await finish_recording(database_, live_, ended.broadcast, clock_.now());
}

Async<> StreamLifecycle::end_leftovers() {
    // What runs here was in the store before.
    const auto over = co_await database_.read([here = live_.running_streams()](sql::Session& session) {
        std::vector<OnAir> found;
        for (const auto& id : here) {
            const auto stream = StreamRepository(session).find(id);
            if (stream && is_over(stream->status)) found.push_back(load(session, *stream));
        }
        return found;
    });
    for (const auto& ended : over)
        co_await end_media(ended);
}

Async<> StreamLifecycle::wait_until(std::optional<Time> deadline) {
    if (!std::exchange(woken_, false)) {
        if (deadline) {
            const Milliseconds left = *deadline - clock_.now();
            timer_.expires_after(std::clamp<Milliseconds>(left, Milliseconds(0), longest_sleep));
        } else {
            timer_.expires_at(net::Timer::time_point::max());
        }
        co_await timer_.async_wait(as_result);
    }
    woken_ = false;
}

}  // namespace tally::control
