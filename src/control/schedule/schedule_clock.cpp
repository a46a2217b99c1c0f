#include "control/schedule/schedule_clock.hpp"

#include "control/event/changes.hpp"

#include <array>

namespace tally::control {

namespace {

constexpr std::chrono::minutes reminded_before{15};
constexpr std::chrono::minutes overdue_after{5};

struct Moment {
    std::string_view event_type;
    Time at;
};

std::array<Moment, 3> moments_of(const ScheduledEvent& event) {
    const auto start = event.scheduled_start;
    return {{
        {"scheduled.reminder", start - reminded_before},
        {"scheduled.due", start},
        {"scheduled.overdue", start + overdue_after},
    }};
}

void move_on(sql::Session& session, ScheduledEvent event, Time now) {
    const auto missed = follow(scheduled_transitions, event.status, ScheduledAction::miss);
    if (missed) {
        for (const auto& moment : moments_of(event))
            if (moment.at >= *event.deadline_at && moment.at <= now)
                tell_moment(session, event, std::string(moment.event_type), now);
    }
    if (missed && now < missed_at(event)) {
        event.deadline_at = next_moment(event, now);
    } else {
        event.status = missed.value_or(event.status);
        event.deadline_at.reset();
    }
    ScheduledEventRepository(session).update(event, now);
}

}  // namespace

Time next_moment(const ScheduledEvent& event, Time now) {
    for (const auto& moment : moments_of(event))
        if (moment.at > now) return moment.at;
    return missed_at(event);
}

Async<std::optional<Time>> settle_schedule(sql::Database& database, Time now) {
    const auto next_deadline = [](sql::Session& session) {
        return ScheduledEventRepository(session).next_deadline();
    };
    const auto next = co_await database.read(next_deadline);
    if (!next || *next > now) co_return next;
    co_return co_await database.transact([&](sql::Session& session) {
        for (auto& event : ScheduledEventRepository(session).due(now))
            move_on(session, std::move(event), now);
        return next_deadline(session);
    });
}

}  // namespace tally::control
