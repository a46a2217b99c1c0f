#include "control/lifecycle/on_air.hpp"

#include "control/broadcast/broadcast_repository.hpp"
#include "control/channel/channel_repository.hpp"
#include "control/stream/stream_repository.hpp"

namespace tally::control {

namespace {

template <class T>
T existing(std::optional<T> found) {
    if (!found) throw sql::Unavailable("store: a broadcast's channel, stream or the broadcast is missing");
    return std::move(*found);
}

/// False when the stream's state does not know the event.
bool apply(Stream& stream, StreamEvent event) {
    const auto next = follow(stream_transitions, stream.status, event);
    if (next) stream.status = *next;
    return next.has_value();
}

/// The broadcast goes on and takes another stream, unless the encoder had begun it.
void fail_stream(OnAir& on_air, std::string_view code, Time now) {
    end_stream(on_air, StreamEvent::fail, code, now);
    if (on_air.broadcast.auto_live && on_air.broadcast.status == BroadcastStatus::live)
        end_broadcast(on_air, BroadcastAction::complete, code, now);
}

/// When waiting for a lost encoder ends.
Time last_chance(const OnAir& on_air, Time now) {
    return on_air.running_stream().lost_at.value_or(now) + on_air.broadcast.auto_end;
}

}  // namespace

OnAir load(sql::Session& session, const Stream& stream) {
    return {
        .channel = existing(ChannelRepository(session).find(stream.channel_id)),
        .broadcast = existing(BroadcastRepository(session).find(stream.broadcast_id)),
        .stream = stream,
    };
}

OnAir load(sql::Session& session, const Broadcast& broadcast) {
    OnAir on_air{
        .channel = existing(ChannelRepository(session).find(broadcast.channel_id)),
        .broadcast = broadcast,
        .stream = {},
    };
    if (broadcast.active_stream_id)
        on_air.stream = existing(StreamRepository(session).find(*broadcast.active_stream_id));
    return on_air;
}

OnAir load(sql::Session& session, const StreamId& stream) {
    return load(session, existing(StreamRepository(session).find(stream)));
}

OnAir load(sql::Session& session, const BroadcastId& broadcast) {
    return load(session, existing(BroadcastRepository(session).find(broadcast)));
}

void save(sql::Session& session, OnAir& on_air, Time now) {
    on_air.channel.updated_at = now;
    ChannelRepository(session).update(on_air.channel);
    BroadcastRepository(session).update(on_air.broadcast, now);
    if (on_air.stream) StreamRepository(session).update(*on_air.stream, now);
}

Outcome<void> check_output_is_free(const Channel& channel, const Broadcast& broadcast) {
    if (channel.status == ChannelStatus::disabled) return channel_disabled(channel);
    const bool others_live = channel.current_broadcast_id && channel.current_broadcast_id != broadcast.id;
    const bool others_stream =
        channel.current_stream_id && channel.current_stream_id != broadcast.active_stream_id;
    if (others_live || others_stream) return channel_busy(channel);
    return {};
}

void start_stream(OnAir& on_air, const Quality& quality, Time now) {
    Stream stream;
    stream.id = StreamId::make(now);
    stream.channel_id = on_air.channel.id;
    stream.broadcast_id = on_air.broadcast.id;
    stream.quality = quality;
    stream.quality_declared = quality != Quality();
    stream.started_at = now;
    stream.deadline_at = now + start_timeout;
    on_air.channel.current_stream_id = stream.id;
    on_air.channel.held_until.reset();
    auto& broadcast = on_air.broadcast;
    broadcast.active_stream_id = stream.id;
    broadcast.stream_ids.push_back(stream.id);
    if (broadcast.record && !broadcast.recording_id) broadcast.recording_id = RecordingId::make(now);
    apply(broadcast, MediaEvent::stream_started);
    on_air.stream = std::move(stream);
}

void go_live(OnAir& on_air, Time now) {
    on_air.broadcast.status = BroadcastStatus::live;
    on_air.broadcast.started_at = now;
    set_on_air(on_air.channel, on_air.broadcast.id);
}

void media_arrived(OnAir& on_air, Time now) {
    auto& stream = on_air.running_stream();
    const bool was_away = stream.status == StreamStatus::reconnecting;
    if (!apply(stream, StreamEvent::media_arrived)) return;
    if (was_away) ++stream.reconnects;
    if (!stream.first_media_at) stream.first_media_at = now;
    stream.lost_at.reset();
    stream.said_goodbye = false;
    stream.deadline_at.reset();
    apply(on_air.broadcast, MediaEvent::media_arrived);
}

void encoder_left(OnAir& on_air, bool goodbye, Time now) {
    auto& stream = on_air.running_stream();
    if (stream.status == StreamStatus::stopping)
        return stop_stream(on_air, stream.completes_broadcast, stream.end_reason.value_or("user"), now);
    const auto window =
        goodbye ? std::min(goodbye_window, on_air.channel.reconnect_window) : on_air.channel.reconnect_window;
    // A broadcast that an encoder began ends with it, even if it never sent anything.
    const bool gave_up = stream.status == StreamStatus::starting && on_air.broadcast.auto_live;
    if (!apply(stream, StreamEvent::encoder_left) && !gave_up) return;
    stream.lost_at = now;
    stream.said_goodbye = goodbye;
    stream.deadline_at = now + window;
}

void deadline_passed(OnAir& on_air, Time now) {
    auto& stream = on_air.running_stream();
    auto& broadcast = on_air.broadcast;
    if (stream.status == StreamStatus::starting) return fail_stream(on_air, "no_media_timeout", now);
    if (stream.status == StreamStatus::stopping)
        return stop_stream(on_air, stream.completes_broadcast, stream.end_reason.value_or("user"), now);
    if (stream.status != StreamStatus::reconnecting) return stream.deadline_at.reset();
    if (broadcast.auto_live && stream.said_goodbye) return stop_stream(on_air, true, "encoder_stopped", now);
    if (now >= last_chance(on_air, now)) return stop_stream(on_air, true, "encoder_lost", now);
    apply(broadcast, MediaEvent::window_passed);
    stream.deadline_at = last_chance(on_air, now);
}

void media_refused(OnAir& on_air, std::string_view code, Time now) {
    fail_stream(on_air, code, now);
}

void hold_off(OnAir& on_air, Time now) {
    using enum StreamStatus;
    const bool has_encoder =
        on_air.stream && (on_air.stream->status == active || on_air.stream->status == reconnecting ||
                          on_air.stream->status == stopping);
    if (has_encoder) on_air.channel.held_until = now + quiet_time;
}

void drain_stream(OnAir& on_air, bool completes, std::string_view reason, Time until) {
    auto& stream = on_air.running_stream();
    if (!apply(stream, StreamEvent::drain)) return;
    stream.deadline_at = until;
    stream.completes_broadcast = completes;
    stream.end_reason = reason;
}

void stop_stream(OnAir& on_air, bool completes, std::string_view reason, Time now) {
    end_stream(on_air, StreamEvent::stop, reason, now);
    if (completes && on_air.broadcast.status == BroadcastStatus::live)
        end_broadcast(on_air, BroadcastAction::complete, reason, now);
}

void end_stream(OnAir& on_air, StreamEvent event, std::string_view reason, Time now) {
    auto& stream = on_air.running_stream();
    if (!apply(stream, event)) return;
    stream.ended_at = now;
    stream.end_reason = reason;
    stream.deadline_at.reset();
    on_air.channel.current_stream_id.reset();
    on_air.broadcast.active_stream_id.reset();
    apply(on_air.broadcast, MediaEvent::stream_ended);
}

void end_broadcast(OnAir& on_air, BroadcastAction action, std::string_view reason, Time now) {
    auto& broadcast = on_air.broadcast;
    const auto next = follow(broadcast_transitions, broadcast.status, action);
    if (!next || *next == broadcast.status) return;
    if (on_air.stream) end_stream(on_air, StreamEvent::stop, reason, now);
    broadcast.status = *next;
    if (!broadcast.ended_at) broadcast.ended_at = now;
    broadcast.end_reason = reason;
    apply(broadcast, MediaEvent::over);
    if (on_air.channel.current_broadcast_id == broadcast.id) set_on_air(on_air.channel, std::nullopt);
}

LiveStart live_start(const OnAir& on_air) {
    const auto& stream = on_air.running_stream();
    return {
        .stream = stream.id,
        .broadcast = on_air.broadcast.id,
        .channel = on_air.channel.id,
        .channel_name = on_air.channel.name,
        .recording = on_air.broadcast.recording_id,
        .quality = stream.quality,
        .quality_declared = stream.quality_declared,
        .latency_mode = on_air.channel.latency_mode,
        .dvr_window = on_air.channel.dvr_window,
        .visibility = on_air.broadcast.visibility,
    };
}

}  // namespace tally::control
