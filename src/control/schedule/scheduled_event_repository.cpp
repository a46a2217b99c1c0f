#include "control/schedule/scheduled_event_repository.hpp"

#include "control/event/changes.hpp"

namespace tally::control {

std::optional<ScheduledEvent> ScheduledEventRepository::find(const ScheduledId& id) {
    return session_.find<ScheduledEvent>("select * from scheduled_events where id = :id", {{"id", id}});
}

Page<ScheduledEvent> ScheduledEventRepository::upcoming(
    const UpcomingFilter& filter, const PageRequest& request
) {
    Selection selection("scheduled_events", "scheduled_start");
    selection.where("status = 'scheduled'", {});
    if (filter.channel) selection.where("channel_id = :channel", {{"channel", *filter.channel}});
    if (filter.from) selection.where("scheduled_start >= :from", {{"from", *filter.from}});
    if (filter.to) selection.where("scheduled_start < :to", {{"to", *filter.to}});
    return selection.page<ScheduledEvent>(session_, request, [](const ScheduledEvent& each) {
        return each.scheduled_start;
    });
}

std::vector<ScheduledEvent> ScheduledEventRepository::overlapping(const ScheduledEvent& event) {
    return session_.query<ScheduledEvent>(
        "select * from scheduled_events where channel_id = :channel and status = 'scheduled' and id <> :id"
        " and scheduled_start < :end and scheduled_start + estimated_duration * 1000 > :start"
        " order by scheduled_start limit 10",
        {{"channel", event.channel_id},
         {"id", event.id},
         {"start", event.scheduled_start},
         {"end", scheduled_end(event)}}
    );
}

std::optional<ScheduledEvent> ScheduledEventRepository::to_auto_start(const ChannelId& channel, Time now) {
    return session_.find<ScheduledEvent>(
        "select * from scheduled_events where channel_id = :channel and status = 'scheduled'"
        " and auto_start = 1 and scheduled_start between :earliest and :latest"
        " order by abs(scheduled_start - :now) limit 1",
        {{"channel", channel},
         {"earliest", now - auto_start_window},
         {"latest", now + auto_start_window},
         {"now", now}}
    );
}

std::vector<ScheduledEvent> ScheduledEventRepository::due(Time now) {
    return session_.query<ScheduledEvent>(
        "select * from scheduled_events where deadline_at <= :now order by deadline_at limit 100",
        {{"now", now}}
    );
}

std::optional<Time> ScheduledEventRepository::next_deadline() {
    const auto next = session_.find<ScheduledEvent>(
        "select * from scheduled_events where deadline_at is not null order by deadline_at limit 1"
    );
    return next ? next->deadline_at : std::nullopt;
}

void ScheduledEventRepository::insert(const ScheduledEvent& event) {
    session_.insert("scheduled_events", event);
    tell_created(session_, event);
}

void ScheduledEventRepository::update(const ScheduledEvent& event, Time now) {
    const auto before = find(event.id);
    session_.update("scheduled_events", event);
    if (before) tell_changed(session_, *before, event, now);
}

}  // namespace tally::control
