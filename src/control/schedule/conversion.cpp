#include "control/schedule/conversion.hpp"

#include "control/schedule/scheduled_event_repository.hpp"

namespace tally::control {

namespace {

std::unexpected<Problem> not_convertible(const ScheduledEvent& event, std::string_view why) {
    auto refusal = http::problem(
        409, "scheduled_event_not_convertible", fmt::format("Scheduled event {} is {}.", event.id.text(), why)
    );
    refusal.error().extra = {{"currentStatus", enum_text(event.status)}};
    return refusal;
}

NewBroadcast filled_in(NewBroadcast request, const ScheduledEvent& event) {
    request.title = request.title.value_or(event.title);
    request.description = request.description.value_or(event.description);
    request.tags = request.tags.value_or(event.tags);
    return request;
}

}  // namespace

Outcome<BroadcastDetails> convert(
    sql::Session& session, const NewBroadcast& request, Options options, Time now
) {
    ScheduledEventRepository events(session);
    BroadcastRepository broadcasts(session);
    auto event = events.find(*request.scheduled_id);
    if (!event) return not_found("scheduled_event", request.scheduled_id->text());
    if (request.channel_id && *request.channel_id != event->channel_id)
        return not_convertible(*event, fmt::format("channel {}'s", event->channel_id.text()));
    const auto next = follow(scheduled_transitions, event->status, ScheduledAction::convert);
    if (!next) return not_convertible(*event, enum_text(event->status));
    if (event->broadcast_id) {
        auto on_air = load(session, *event->broadcast_id);
        return BroadcastDetails{
            std::move(on_air.broadcast), std::move(on_air.channel), {}, /*repeated=*/true
        };
    }
    auto channel = ChannelRepository(session).find(event->channel_id);
    if (!channel) return not_found("channel", event->channel_id.text());
    if (channel->status == ChannelStatus::disabled) return channel_disabled(*channel);

    auto broadcast = new_broadcast(filled_in(request, *event), *channel, options, now);
    broadcast.scheduled_start = event->scheduled_start;
    broadcast.estimated_duration = event->estimated_duration;
    broadcasts.insert(broadcast);
    event->status = *next;
    event->broadcast_id = broadcast.id;
    event->deadline_at.reset();
    events.update(*event, now);
    return BroadcastDetails{std::move(broadcast), *std::move(channel)};
}

}  // namespace tally::control
