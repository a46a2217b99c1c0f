#include "control/schedule/schedule_service.hpp"

#include "control/programme.hpp"
#include "control/schedule/schedule_clock.hpp"

namespace tally::control {

namespace {

/// Of a new event and of changes alike: whatever is there.
json::FieldErrors check(const ScheduledEventFields& fields) {
    json::Checks checks;
    if (fields.title) check_title(checks, *fields.title);
    if (fields.description) check_description(checks, *fields.description);
    if (fields.tags) check_tags(checks, *fields.tags);
    if (fields.estimated_duration)
        checks.range<std::int64_t>("/estimatedDuration", fields.estimated_duration->count(), 60, 604'800);
    return checks.take();
}

ScheduledEventFields fields_of(const NewScheduledEvent& request) {
    return {
        .title = request.title,
        .scheduled_start = request.scheduled_start,
        .estimated_duration = request.estimated_duration,
        .description = request.description,
        .tags = request.tags,
        .auto_start = request.auto_start,
    };
}

void apply(const ScheduledEventFields& fields, ScheduledEvent& event, Time now) {
    const auto assign = [](const auto& from, auto& to) {
        if (from) to = *from;
    };
    assign(fields.title, event.title);
    assign(fields.description, event.description);
    assign(fields.tags, event.tags);
    assign(fields.scheduled_start, event.scheduled_start);
    assign(fields.estimated_duration, event.estimated_duration);
    assign(fields.auto_start, event.auto_start);
    event.deadline_at = next_moment(event, now);
}

std::unexpected<Problem> no_scheduled(const ScheduledId& id) {
    return control::not_found("scheduled_event", id.text());
}

std::unexpected<Problem> invalid_transition(const ScheduledEvent& event, std::string_view wanted) {
    const auto what = "Scheduled event " + event.id.text();
    return control::invalid_transition(scheduled_transitions, what, event.status, wanted);
}

std::unexpected<Problem> already_converted(const ScheduledEvent& event) {
    auto refusal = http::problem(
        409,
        "already_converted",
        fmt::format("Scheduled event {} has become a broadcast: cancel that one.", event.id.text())
    );
    refusal.error().extra = {{"broadcastId", json::encode(event.broadcast_id)}};
    return refusal;
}

std::string list_of(const std::vector<ScheduledEvent>& events) {
    std::string list;
    for (const auto& each : events)
        list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", each.title, each.id.text());
    return list;
}

}  // namespace

Async<Outcome<ScheduledEventDetails>> ScheduleService::schedule(
    NewScheduledEvent request, bool strict, Alongside<ScheduledEventDetails> alongside
) {
    auto errors = check(fields_of(request));
    if (!errors.empty()) co_return validation_failed(std::move(errors));
    bool provisioned = false;
    auto scheduled = co_await database_.transact([&](sql::Session& session) {
        return write_alongside(session, schedule_in(session, request, strict, provisioned), alongside);
    });
    if (scheduled && provisioned) co_await channels_.refresh_names();
    if (scheduled) lifecycle_.wake();
    co_return scheduled;
}

/// `provisioned`: the channel was made on the way.
Outcome<ScheduledEventDetails> ScheduleService::schedule_in(
    sql::Session& session, const NewScheduledEvent& request, bool strict, bool& provisioned
) {
    const auto now = clock_.now();
    std::vector<Warning> warnings;
    TRY(const auto channel, factory_.find_or_provision(session, request.channel_id, now, warnings));
    provisioned = !warnings.empty();
    if (channel.status == ChannelStatus::disabled) return channel_disabled(channel);
    ScheduledEvent event;
    event.id = ScheduledId::make(now);
    event.channel_id = channel.id;
    event.created_at = now;
    apply(fields_of(request), event, now);
    TRY(auto reviewed, review(session, event, strict));
    ScheduledEventRepository(session).insert(event);
    std::ranges::move(reviewed, std::back_inserter(warnings));
    return ScheduledEventDetails{std::move(event), std::move(warnings)};
}

Async<Outcome<ScheduledEventDetails>> ScheduleService::get(ScheduledId id) {
    co_return co_await database_.read([=](sql::Session& session) -> Outcome<ScheduledEventDetails> {
        auto event = ScheduledEventRepository(session).find(id);
        if (!event) return no_scheduled(id);
        return ScheduledEventDetails{*std::move(event)};
    });
}

Async<Outcome<Page<ScheduledEvent>>> ScheduleService::upcoming(
    UpcomingFilter filter, bool overdue, PageRequest page
) {
    if (!overdue) filter.from = std::max(filter.from.value_or(now()), now());
    co_return co_await database_.read([=](sql::Session& session) -> Outcome<Page<ScheduledEvent>> {
        if (filter.channel && !ChannelRepository(session).find(*filter.channel))
            return control::not_found("channel", filter.channel->text());
        return ScheduledEventRepository(session).upcoming(filter, page);
    });
}

Async<Outcome<ScheduledEventDetails>> ScheduleService::patch(
    ScheduledId id, ScheduledEventFields fields, bool strict, Precondition<ScheduledEvent> precondition
) {
    if (auto errors = check(fields); !errors.empty()) co_return validation_failed(std::move(errors));
    auto patched = co_await database_.transact([&](sql::Session& session) -> Outcome<ScheduledEventDetails> {
        ScheduledEventRepository events(session);
        auto event = events.find(id);
        if (!event) return no_scheduled(id);
        if (auto holds = precondition(*event); !holds) return std::unexpected(std::move(holds).error());
        if (!follow(scheduled_transitions, event->status, ScheduledAction::edit))
            return invalid_transition(*event, "changed");
        apply(fields, *event, clock_.now());
        TRY(auto warnings, review(session, *event, strict));
        events.update(*event, clock_.now());
        return ScheduledEventDetails{*std::move(event), std::move(warnings)};
    });
    if (patched) lifecycle_.wake();
    co_return patched;
}

Async<Outcome<ScheduledEventDetails>> ScheduleService::cancel(ScheduledId id) {
    co_return co_await database_.transact(
        [this, id](sql::Session& session) -> Outcome<ScheduledEventDetails> {
            ScheduledEventRepository events(session);
            auto event = events.find(id);
            if (!event) return no_scheduled(id);
            if (event->status == ScheduledStatus::converted) return already_converted(*event);
            const auto next = follow(scheduled_transitions, event->status, ScheduledAction::cancel);
            if (!next) return invalid_transition(*event, "cancelled");
            if (*next != event->status) {
                event->status = *next;
                event->cancelled_at = clock_.now();
                event->deadline_at.reset();
                events.update(*event, clock_.now());
            }
            return ScheduledEventDetails{*std::move(event)};
        }
    );
}

/// What the client should know of the event's place in the calendar.
Outcome<std::vector<Warning>> ScheduleService::review(
    sql::Session& session, const ScheduledEvent& event, bool strict
) {
    std::vector<Warning> warnings;
    if (is_overdue(event, clock_.now()))
        warnings.push_back({"scheduled_start_in_past", "The start has passed: the event is overdue."});
    const auto others = ScheduledEventRepository(session).overlapping(event);
    if (others.empty()) return warnings;
    auto message = fmt::format("The channel has other events at this time: {}.", list_of(others));
    if (strict) return http::problem(409, "overlaps", std::move(message));
    warnings.push_back({"overlaps", std::move(message)});
    return warnings;
}

}  // namespace tally::control
