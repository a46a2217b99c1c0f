#include "control/stream/stream_service.hpp"

#include "control/lifecycle/media_side.hpp"

namespace tally::control {

namespace {

constexpr Milliseconds drain_poll{100};

std::unexpected<Problem> no_stream(const StreamId& id) {
    return control::not_found("stream", id.text());
}

json::FieldErrors check(const StartStream& request) {
    json::Checks checks;
    const bool offered = request.protocol.value_or(Protocol::rtmp) == Protocol::rtmp;
    checks.require(offered, "/protocol", "unsupported", "must be RTMP: this server takes no other yet");
    if (request.quality) check_quality(checks, "/quality", *request.quality);
    return checks.take();
}

json::FieldErrors check(const StopStream& request) {
    json::Checks checks;
    if (request.reason) checks.length("/reason", *request.reason, 1, 64);
    if (request.drain_seconds)
        checks.range<std::int64_t>("/drainSeconds", request.drain_seconds->count(), 0, 30);
    return checks.take();
}

Outcome<void> check_can_start(const Channel& channel, const Broadcast& broadcast) {
    if (broadcast.channel_id != channel.id) {
        return http::problem(
            409,
            "broadcast_channel_mismatch",
            fmt::format("Broadcast {} is channel {}'s.", broadcast.id.text(), broadcast.channel_id.text())
        );
    }
    if (is_over(broadcast.status)) {
        const auto what = "Broadcast " + broadcast.id.text();
        return invalid_transition(broadcast_transitions, what, broadcast.status, "streamed to");
    }
    return check_output_is_free(channel, broadcast);
}

}  // namespace

Async<Outcome<StartedStream>> StreamService::start(StartStream request) {
    if (auto errors = check(request); !errors.empty()) co_return validation_failed(std::move(errors));
    auto started = co_await database_.transact([request = std::move(request), this](sql::Session& session) {
        return start_in(session, request);
    });
    if (!started) co_return std::unexpected(std::move(started).error());
    auto& [on_air, created, warnings] = *started;
    co_await start_media(database_, live_, live_start(on_air));
    if (created) lifecycle_.wake();
    if (!warnings.empty()) co_await channels_.refresh_names();
    auto& stream = on_air.running_stream();
    auto measured = live_.measured(stream.id);
    auto health = live_.health_status(stream.id);
    co_return StartedStream{
        {std::move(stream),
         std::move(on_air.channel),
         std::move(measured),
         std::move(warnings),
         std::move(health)},
        created,
    };
}

Outcome<StreamService::Started> StreamService::start_in(sql::Session& session, const StartStream& request) {
    const auto now = clock_.now();
    std::vector<Warning> warnings;
    TRY(const auto channel, factory_.find_or_provision(session, request.channel_id, now, warnings));
    const auto broadcast = BroadcastRepository(session).find(request.broadcast_id);
    if (!broadcast) return control::not_found("broadcast", request.broadcast_id.text());
    if (auto allowed = check_can_start(channel, *broadcast); !allowed)
        return std::unexpected(std::move(allowed).error());
    auto on_air = load(session, *broadcast);
    if (on_air.stream && on_air.stream->status == StreamStatus::stopping) return channel_busy(channel);
    if (on_air.stream) return Started{std::move(on_air)};
    start_stream(on_air, merged(request.quality.value_or(QualityTarget()), channel.default_quality), now);
    if (request.quality) on_air.running_stream().quality_declared = true;
    StreamRepository(session).insert(on_air.running_stream());
    save(session, on_air, now);
    return Started{std::move(on_air), true, std::move(warnings)};
}

Async<Outcome<StoppedStream>> StreamService::stop(StreamId id, StopStream request) {
    if (auto errors = check(request); !errors.empty()) co_return validation_failed(std::move(errors));
    if (request.drain_seconds.value_or(std::chrono::seconds(0)).count() > 0) co_await drain(id, request);
    auto stopped =
        co_await database_.transact([this, id, request](sql::Session& session) -> Outcome<StoppedStream> {
            const auto stream = StreamRepository(session).find(id);
            if (!stream) return no_stream(id);
            auto on_air = load(session, *stream);
            if (!is_over(stream->status)) {
                const auto now = clock_.now();
                const bool completes = request.complete_broadcast.value_or(true);
                if (completes) hold_off(on_air, now);
                stop_stream(on_air, completes, request.reason.value_or("user"), now);
                save(session, on_air, now);
            }
            return StoppedStream{*std::move(on_air.stream), std::move(on_air.broadcast)};
        });
    if (!stopped) co_return stopped;
    co_await live_.end_stream(id);
    if (is_over(stopped->broadcast.status))
        stopped->recording = co_await finish_recording(database_, live_, stopped->broadcast, clock_.now());
    co_return stopped;
}

/// Returns when the stream has ended or its time is up. The end lies in the store before, as a deadline: it
/// comes even if this process does not live to see it.
Async<> StreamService::drain(StreamId id, const StopStream& request) {
    const auto is_draining = [&](sql::Session& session) {
        const auto stream = StreamRepository(session).find(id);
        return stream && stream->status == StreamStatus::stopping;
    };
    const bool draining = co_await database_.transact([&](sql::Session& session) {
        const auto stream = StreamRepository(session).find(id);
        if (!stream || stream->status != StreamStatus::active) return false;
        auto on_air = load(session, *stream);
        const auto now = clock_.now();
        const bool completes = request.complete_broadcast.value_or(true);
        drain_stream(on_air, completes, request.reason.value_or("user"), now + *request.drain_seconds);
        save(session, on_air, now);
        return true;
    });
    if (!draining) co_return;
    lifecycle_.wake();
    const auto give_up = std::chrono::steady_clock::now() + *request.drain_seconds;
    while (std::chrono::steady_clock::now() < give_up && co_await database_.read(is_draining)) {
        net::Timer timer(co_await asio::this_coro::executor, drain_poll);
        co_await timer.async_wait(as_result);
    }
}

Async<Outcome<StreamDetails>> StreamService::get(StreamId id) {
    auto found = co_await database_.read([=](sql::Session& session) -> Outcome<StreamDetails> {
        const auto stream = StreamRepository(session).find(id);
        if (!stream) return no_stream(id);
        auto on_air = load(session, *stream);
        return StreamDetails{*std::move(on_air.stream), std::move(on_air.channel)};
    });
    if (!found) co_return found;
    found->measured = live_.measured(id);
    found->health_status = live_.health_status(id);
    co_return found;
}

Async<Page<StreamDetails>> StreamService::list(StreamFilter filter, PageRequest page) {
    auto details = co_await database_.read([=](sql::Session& session) {
        auto found = StreamRepository(session).list(filter, page);
        Page<StreamDetails> read{.items = {}, .next = std::move(found.next)};
        for (auto& stream : found.items) {
            auto on_air = load(session, stream);
            read.items.push_back({std::move(stream), std::move(on_air.channel)});
        }
        return read;
    });
    for (auto& each : details.items) {
        each.measured = live_.measured(each.stream.id);
        each.health_status = live_.health_status(each.stream.id);
    }
    co_return details;
}

}  // namespace tally::control
