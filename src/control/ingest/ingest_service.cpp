#include "control/ingest/ingest_service.hpp"

#include "base/utf8.hpp"
#include "control/broadcast/broadcast_repository.hpp"
#include "control/event/changes.hpp"
#include "control/lifecycle/media_side.hpp"
#include "control/schedule/conversion.hpp"
#include "control/schedule/scheduled_event_repository.hpp"
#include "control/stream/stream_repository.hpp"

namespace tally::control {

namespace {

Outcome<Broadcast> unannounced(sql::Session& session, const Channel& channel, Options options, Time now) {
    if (const auto event = ScheduledEventRepository(session).to_auto_start(channel.id, now)) {
        TRY(auto converted, convert(session, {.scheduled_id = event->id}, options, now));
        return std::move(converted.broadcast);
    }
    if (!channel.auto_live)
        return http::problem(409, "not_started", "no stream was started for this channel");
    const NewBroadcast request{.channel_id = channel.id, .title = channel.name};
    auto broadcast = new_broadcast(request, channel, options, now);
    BroadcastRepository(session).insert(broadcast);
    return broadcast;
}

/// A client stopped what was on the air, and the encoder redials since.
bool is_held(const Channel& channel, Time now) {
    return !channel.current_stream_id && !channel.current_broadcast_id && channel.held_until &&
           now < *channel.held_until;
}

/// What the encoder's coming begins: the event that waits for it, or a broadcast after the channel.
Result<OnAir> begin_unannounced(sql::Session& session, Channel channel, Options options, Time now) {
    auto broadcast = unannounced(session, channel, options, now);
    if (!broadcast) return fail(Errc::refused, broadcast.error().detail);
    OnAir on_air{.channel = std::move(channel), .broadcast = *std::move(broadcast), .stream = {}};
    on_air.broadcast.auto_live = true;
    go_live(on_air, now);
    return on_air;
}

}  // namespace

Async<Result<Channel>> IngestService::channel_of(PublishRequest request) {
    try {
        co_return co_await database_.read([&](sql::Session& session) { return identify(session, request); });
    } catch (const sql::Unavailable&) {
        co_return fail(Errc::io, "the store is not available");
    }
}

Async<Result<Admission>> IngestService::admit(PublishRequest request) {
    try {
        std::optional<ChannelId> held;
        auto admitted = co_await database_.transact([&](sql::Session& session) -> Result<LiveStart> {
            const auto now = clock_.now();
            TRY(auto channel, identify(session, request));
            if (is_held(channel, now)) {
                held = channel.id;
                return fail(Errc::refused, "the stream was stopped: wait a minute, or start a stream first");
            }
            TRY(auto start, find_or_start(session, std::move(channel), now));
            if (const auto stream = StreamRepository(session).find(start.stream))
                tell_connected(session, *stream, now);
            return start;
        });
        if (held) co_await stay_quiet(*held);
        if (!admitted) co_return std::unexpected(std::move(admitted).error());
        co_await start_media(database_, live_, *admitted);
        lifecycle_.wake();
        co_return Admission{admitted->stream, admitted->channel};
    } catch (const sql::Unavailable&) {
        co_return fail(Errc::io, "the store is not available");
    }
}

/// An encoder that goes on redialling is not let in by a minute that passes meanwhile.
Async<> IngestService::stay_quiet(ChannelId channel) {
    co_await database_.transact([&](sql::Session& session) {
        ChannelRepository channels(session);
        auto found = channels.find(channel);
        if (!found || !found->held_until) return false;
        found->held_until = clock_.now() + quiet_time;
        channels.update(*found);
        return true;
    });
}

Result<Channel> IngestService::identify(sql::Session& session, const PublishRequest& request) const {
    // Databases would cut it at a NUL, or fail.
    if (request.name.contains('\0') || !is_utf8(request.name))
        return fail(Errc::refused, "the stream's name is no text");
    ChannelRepository channels(session);
    if (!request.key.empty()) {
        auto channel = channels.resolve(request.name);
        if (!channel || !factory_.keys().matches(*channel, request.key))
            return fail(Errc::refused, "unknown channel or wrong stream key");
        return *std::move(channel);
    }
    if (auto owner = channels.find_by_key_hash(StreamKeys::hash(request.name))) return *std::move(owner);
    if (!options_.open_on_loopback || !request.loopback) return fail(Errc::refused, "unknown stream key");
    if (auto channel = channels.resolve(request.name)) return *std::move(channel);
    return fail(Errc::refused, "no such channel");
}

Result<LiveStart> IngestService::find_or_start(sql::Session& session, Channel channel, Time now) const {
    if (channel.status == ChannelStatus::disabled) return fail(Errc::refused, "the channel is disabled");
    if (channel.current_stream_id) return live_start(load(session, *channel.current_stream_id));
    TRY(auto on_air,
        channel.current_broadcast_id ? load(session, *channel.current_broadcast_id)
                                     : begin_unannounced(session, std::move(channel), options_, now));
    start_stream(on_air, on_air.channel.default_quality, now);
    StreamRepository(session).insert(on_air.running_stream());
    save(session, on_air, now);
    return live_start(on_air);
}

}  // namespace tally::control
