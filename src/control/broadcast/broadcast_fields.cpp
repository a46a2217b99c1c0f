#include "control/broadcast/broadcast_fields.hpp"

#include "control/channel/channel_fields.hpp"
#include "control/programme.hpp"

namespace tally::control {

namespace {

/// Bounds of what both requests may hold.
template <class Request>
void check_description_of(json::Checks& checks, const Request& request) {
    if (request.title) check_title(checks, *request.title);
    if (request.description) check_description(checks, *request.description);
    if (request.tags) check_tags(checks, *request.tags);
    if (request.metadata) check_metadata(checks, *request.metadata);
}

}  // namespace

json::FieldErrors check(const NewBroadcast& request) {
    json::Checks checks;
    if (!request.scheduled_id) {
        checks.require(request.channel_id.has_value(), "/channelId", "required", "is required");
        checks.require(request.title.has_value(), "/title", "required", "is required");
    }
    check_description_of(checks, request);
    if (request.auto_end) checks.range<std::int64_t>("/autoEnd", request.auto_end->count(), 60, 86'400);
    return checks.take();
}

json::FieldErrors check(const BroadcastFields& fields) {
    json::Checks checks;
    check_description_of(checks, fields);
    checks.require(
        !fields.status, "/status", "read_only", "is changed by /start, /complete, /cancel and /revoke"
    );
    return checks.take();
}

void apply(const BroadcastFields& fields, Broadcast& broadcast) {
    const auto assign = [](const auto& from, auto& to) {
        if (from) to = *from;
    };
    assign(fields.title, broadcast.title);
    assign(fields.description, broadcast.description);
    assign(fields.tags, broadcast.tags);
    assign(fields.visibility, broadcast.visibility);
    assign(fields.metadata, broadcast.metadata);
}

Broadcast new_broadcast(const NewBroadcast& request, const Channel& channel, Options options, Time now) {
    Broadcast broadcast;
    broadcast.id = BroadcastId::make(now);
    broadcast.channel_id = channel.id;
    broadcast.title = request.title.value_or("");
    broadcast.description = request.description.value_or("");
    broadcast.tags = request.tags.value_or(broadcast.tags);
    broadcast.visibility = request.visibility.value_or(channel.visibility);
    broadcast.scheduled_id = request.scheduled_id;
    broadcast.auto_end = request.auto_end.value_or(broadcast.auto_end);
    broadcast.record = options.record && request.record.value_or(channel.record);
    broadcast.created_at = now;
    broadcast.metadata = request.metadata.value_or(json::object());
    return broadcast;
}

}  // namespace tally::control
