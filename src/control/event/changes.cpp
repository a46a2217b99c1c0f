#include "control/event/changes.hpp"

#include "control/broadcast/broadcast_view.hpp"
#include "control/channel/channel_repository.hpp"
#include "control/channel/channel_view.hpp"
#include "control/event/outbox.hpp"
#include "control/schedule/schedule_view.hpp"
#include "control/stream/health_records.hpp"
#include "control/stream/stream_view.hpp"

namespace tally::control {

namespace {

/// Of a resource before and after: what an event tells.
struct Views {
    json::object before;
    json::object after;
};

void tell(
    sql::Session& session,
    const Resource& resource,
    const Views& views,
    std::vector<std::string> types,
    Time now
) {
    const auto changed = changed_members(views.before, views.after);
    if (types.empty() && !changed.empty()) types.push_back(resource.type + ".updated");
    Outbox outbox(session, now);
    for (auto& type : types)
        outbox.append(std::move(type), resource, views.after, changed);
}

Channel channel_of(sql::Session& session, const ChannelId& id) {
    auto channel = ChannelRepository(session).find(id);
    if (!channel) throw sql::Unavailable("store: a broadcast's or stream's channel is missing");
    return *std::move(channel);
}

Resource resource_of(const Channel& channel) {
    return {"channel", channel.id.text(), channel.id.text()};
}

Resource resource_of(const Broadcast& broadcast) {
    return {"broadcast", broadcast.id.text(), broadcast.channel_id.text()};
}

Resource resource_of(const Stream& stream) {
    return {"stream", stream.id.text(), stream.channel_id.text()};
}

Resource resource_of(const ScheduledEvent& event) {
    return {"scheduled", event.id.text(), event.channel_id.text()};
}

Resource resource_of(const Alert& alert) {
    return {"alert", alert.id.text(), alert.channel_id.text()};
}

json::object view(const Alert& alert) {
    return json::encode(alert).get_object();
}

json::object view(const Channel& channel) {
    auto json = channel_json(channel);
    json.erase("updatedAt");  // every event is one
    return json;
}

json::object view(const Broadcast& broadcast, const Channel& channel) {
    return broadcast_json({.broadcast = broadcast, .channel = channel}, {});
}

/// As it was measured last; unknown once the stream is over.
std::string health_of(sql::Session& session, const Stream& stream) {
    if (is_over(stream.status)) return "unknown";
    const auto measured = HealthRecords(session).document(stream.id);
    return measured ? measured->status() : "unknown";
}

json::object view(sql::Session& session, const Stream& stream, const Channel& channel) {
    return stream_json(
        {.stream = stream, .channel = channel, .health_status = health_of(session, stream)}, {}
    );
}

/// Media is recorded from when it comes while the broadcast is live.
bool is_recorded(const Broadcast& broadcast) {
    return broadcast.recording_id && broadcast.status == BroadcastStatus::live &&
           broadcast.media_state == MediaState::receiving;
}

void append_recording(Outbox outbox, const Broadcast& broadcast, std::string type, json::object more) {
    const auto& id = *broadcast.recording_id;
    json::object data{
        {"id", id.text()},
        {"broadcastId", broadcast.id.text()},
        {"channelId", broadcast.channel_id.text()},
    };
    for (auto& [name, value] : more)
        data.emplace(name, std::move(value));
    outbox.append(std::move(type), {"recording", id.text(), broadcast.channel_id.text()}, std::move(data));
}

void tell_recording_changed(
    sql::Session& session, const Broadcast& before, const Broadcast& after, Time now
) {
    if (!after.recording_id) return;
    const Outbox outbox(session, now);
    if (is_recorded(after) && !is_recorded(before) && before.media_state != MediaState::interrupted)
        append_recording(outbox, after, "recording.started", {{"status", "recording"}});
    if (before.status != BroadcastStatus::revoked && after.status == BroadcastStatus::revoked)
        append_recording(outbox, after, "recording.deleted", {{"status", "deleted"}});
}

}  // namespace

void tell_created(sql::Session& session, const Channel& channel) {
    Outbox(session, channel.created_at).append("channel.created", resource_of(channel), view(channel));
}

void tell_created(sql::Session& session, const Broadcast& broadcast) {
    const auto channel = channel_of(session, broadcast.channel_id);
    Outbox(session, broadcast.created_at)
        .append("broadcast.created", resource_of(broadcast), view(broadcast, channel));
}

void tell_created(sql::Session& session, const Stream& stream) {
    const auto channel = channel_of(session, stream.channel_id);
    Outbox(session, stream.started_at)
        .append("stream.created", resource_of(stream), view(session, stream, channel));
}

void tell_created(sql::Session& session, const ScheduledEvent& event) {
    const auto now = event.created_at;
    Outbox(session, now).append("scheduled.created", resource_of(event), scheduled_event_json({event}, now));
}

void tell_created(sql::Session& session, const Alert& alert, Time now) {
    Outbox outbox(session, now);
    outbox.append("alert.raised", resource_of(alert), view(alert));
    if (alert.resolved_at) outbox.append("alert.resolved", resource_of(alert), view(alert));
}

void tell_heartbeat(sql::Session& session, const Stream& stream, Time now) {
    const auto channel = channel_of(session, stream.channel_id);
    Outbox(session, now).append("stream.heartbeat", resource_of(stream), view(session, stream, channel));
}

void tell_connected(sql::Session& session, const Stream& stream, Time now) {
    const auto channel = channel_of(session, stream.channel_id);
    Outbox(session, now).append("stream.connected", resource_of(stream), view(session, stream, channel));
}

void tell_changed(sql::Session& session, const Channel& before, const Channel& after) {
    std::vector<std::string> types;
    if (before.status != after.status) types.push_back("channel." + std::string(enum_text(after.status)));
    if (!before.deleted_at && after.deleted_at) types.emplace_back("channel.deleted");
    if (before.key_generation != after.key_generation) types.emplace_back("channel.key_rotated");
    tell(session, resource_of(after), {view(before), view(after)}, std::move(types), after.updated_at);
}

void tell_changed(sql::Session& session, const Broadcast& before, const Broadcast& after, Time now) {
    std::vector<std::string> types;
    if (before.status != after.status) types.push_back("broadcast." + std::string(enum_text(after.status)));
    if (before.media_state != after.media_state) {
        if (after.media_state == MediaState::receiving)
            types.emplace_back(
                before.media_state == MediaState::interrupted ? "broadcast.media_resumed"
                                                              : "broadcast.media_receiving"
            );
        if (after.media_state == MediaState::interrupted) types.emplace_back("broadcast.media_interrupted");
    }
    const auto channel = channel_of(session, after.channel_id);
    tell(session, resource_of(after), {view(before, channel), view(after, channel)}, std::move(types), now);
    tell_recording_changed(session, before, after, now);
}

void tell_changed(sql::Session& session, const Stream& before, const Stream& after, Time now) {
    std::vector<std::string> types;
    // On its way to the end it is told of as changed, and then as stopped.
    if (before.status != after.status && after.status != StreamStatus::stopping) {
        const bool resumed =
            before.status == StreamStatus::reconnecting && after.status == StreamStatus::active;
        types.push_back(resumed ? "stream.resumed" : "stream." + std::string(enum_text(after.status)));
    }
    const auto channel = channel_of(session, after.channel_id);
    const Views views{view(session, before, channel), view(session, after, channel)};
    tell(session, resource_of(after), views, std::move(types), now);
}

void tell_changed(
    sql::Session& session, const ScheduledEvent& before, const ScheduledEvent& after, Time now
) {
    std::vector<std::string> types;
    if (before.status != after.status) types.push_back("scheduled." + std::string(enum_text(after.status)));
    const Views views{scheduled_event_json({before}, now), scheduled_event_json({after}, now)};
    tell(session, resource_of(after), views, std::move(types), now);
}

void tell_changed(sql::Session& session, const Alert& before, const Alert& after, Time now) {
    std::vector<std::string> types;
    if (before.resolved_at && !after.resolved_at)
        types.emplace_back("alert.raised");
    else if (after.severity > before.severity)
        types.emplace_back("alert.escalated");
    if (before.status != after.status && after.status == AlertStatus::acknowledged)
        types.emplace_back("alert.acknowledged");
    if (!before.resolved_at && after.resolved_at) types.emplace_back("alert.resolved");
    if (types.empty()) return;
    tell(session, resource_of(after), {view(before), view(after)}, std::move(types), now);
}

void tell_moment(sql::Session& session, const ScheduledEvent& event, std::string type, Time now) {
    Outbox(session, now).append(std::move(type), resource_of(event), scheduled_event_json({event}, now));
}

void tell_recording(
    sql::Session& session, const Broadcast& broadcast, const RecordingState& recording, Time now
) {
    const bool ready = recording.status == RecordingStatus::ready;
    if (!broadcast.recording_id || broadcast.status == BroadcastStatus::revoked) return;
    if (!ready && recording.status != RecordingStatus::failed) return;
    // What is served is a view over what was recorded live: all of it is there at once.
    std::vector<std::string> types{"recording.failed"};
    if (ready) types = {"recording.playable", "recording.download_ready"};
    if (ready && !recording.previews.empty()) types.emplace_back("recording.preview_ready");
    if (ready) types.emplace_back("recording.ready");
    for (auto& type : types)
        append_recording(
            Outbox(session, now),
            broadcast,
            std::move(type),
            {
                {"status", json::encode(recording.status)},
                {"playable", recording.playable},
                {"downloadReady", ready},
                {"duration", json::encode(recording.duration)},
                {"previews", json::encode(recording.previews)},
            }
        );
}

void tell_health(
    sql::Session& session, const Stream& stream, std::string_view before, std::string_view after, Time now
) {
    const auto channel = channel_of(session, stream.channel_id);
    auto data = view(session, stream, channel);
    data["healthStatus"] = after;
    Outbox(session, now)
        .append("stream.health_changed", resource_of(stream), std::move(data), {{"healthStatus", before}});
}

}  // namespace tally::control
