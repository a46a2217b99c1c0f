#include "control/event/event.hpp"

#include "control/crypto.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tally::control {

namespace {

constexpr std::size_t id_bytes = 13;

constexpr auto event_types = std::to_array<std::string_view>({
    "channel.created",
    "channel.updated",
    "channel.active",
    "channel.inactive",
    "channel.disabled",
    "channel.deleted",
    "channel.key_rotated",
    "broadcast.created",
    "broadcast.updated",
    "broadcast.live",
    "broadcast.media_receiving",
    "broadcast.media_interrupted",
    "broadcast.media_resumed",
    "broadcast.completed",
    "broadcast.cancelled",
    "broadcast.revoked",
    "scheduled.created",
    "scheduled.updated",
    "scheduled.reminder",
    "scheduled.due",
    "scheduled.overdue",
    "scheduled.converted",
    "scheduled.cancelled",
    "scheduled.missed",
    "stream.created",
    "stream.updated",
    "stream.connected",
    "stream.active",
    "stream.reconnecting",
    "stream.resumed",
    "stream.stopped",
    "stream.failed",
    "stream.settings_changed",
    "stream.health_changed",
    "stream.heartbeat",
    "alert.raised",
    "alert.escalated",
    "alert.acknowledged",
    "alert.resolved",
    "recording.started",
    "recording.playable",
    "recording.ready",
    "recording.download_ready",
    "recording.preview_ready",
    "recording.failed",
    "recording.deleted",
    "clip.created",
    "clip.ready",
    "clip.failed",
    "analytics.viewers_milestone",
    "analytics.peak_updated",
    "analytics.finalized",
    "simulcast.starting",
    "simulcast.broadcasting",
    "simulcast.errored",
    "simulcast.idle",
    "webhook.test",
    "webhook.endpoint_disabled",
    "system.limit_approaching",
    "system.node_lost",
    "system.node_joined",
    "system.degraded",
    "system.recovered",
});

/// "stream.*" gives "stream."; anything else nothing.
std::string_view family_of(std::string_view filter) {
    return filter.ends_with(".*") ? filter.substr(0, filter.size() - 1) : std::string_view();
}

void add_topic(std::vector<std::string>& topics, std::string_view kind, std::string_view id) {
    auto topic = fmt::format("{}:{}", kind, id);
    if (!id.empty() && std::ranges::find(topics, topic) == topics.end()) topics.push_back(std::move(topic));
}

std::string_view text_member(const json::object& data, std::string_view name) {
    const auto* member = data.if_contains(name);
    return member != nullptr && member->is_string() ? std::string_view(member->get_string())
                                                    : std::string_view();
}

}  // namespace

std::string event_id(std::string_view resource_id, std::int64_t version, std::string_view type) {
    const auto digest = sha256(fmt::format("{}\n{}\n{}", resource_id, version, type));
    return "evt_" + to_hex(ByteView(digest).first(id_bytes));
}

std::vector<std::string> topics_of(const Event& event) {
    const std::string_view channel = event.channel_id ? *event.channel_id : std::string_view();
    const auto broadcast = text_member(event.data, "broadcastId");
    std::vector<std::string> topics{event.resource_type + ":" + event.resource_id};
    add_topic(topics, "channel", channel);
    add_topic(topics, "broadcast", broadcast);
    add_topic(topics, "stream", text_member(event.data, "streamId"));
    if (event.resource_type == "alert") {
        add_topic(topics, "alerts", channel);
        add_topic(topics, "alerts", broadcast);
    }
    return topics;
}

bool is_event_type(std::string_view type) {
    return std::ranges::find(event_types, type) != event_types.end();
}

bool is_type_filter(std::string_view filter) {
    const auto family = family_of(filter);
    if (family.empty()) return is_event_type(filter);
    return std::ranges::any_of(event_types, [&](auto type) { return type.starts_with(family); });
}

bool matches(const std::vector<std::string>& filters, std::string_view type) {
    if (std::ranges::find(filters, type) != filters.end()) return true;
    if (type == heartbeat) return false;  // it is for who asks for it by name
    return filters.empty() || std::ranges::any_of(filters, [&](const std::string& filter) {
               const auto family = family_of(filter);
               return !family.empty() && type.starts_with(family);
           });
}

}  // namespace tally::control
