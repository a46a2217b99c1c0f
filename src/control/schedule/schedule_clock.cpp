#include "control/schedule/schedule_clock.hpp"

namespace tally::control {

Async<std::optional<Time>> miss_what_is_due(sql::Database& database, Time now) {
    const auto next_deadline = [](sql::Session& session) {
        return ScheduledEventRepository(session).next_deadline();
    };
    const auto next = co_await database.read(next_deadline);
    if (!next || *next > now) co_return next;
    co_return co_await database.transact([&](sql::Session& session) {
        ScheduledEventRepository events(session);
        for (auto& event : events.due(now)) {
            const auto missed = follow(scheduled_transitions, event.status, ScheduledAction::miss);
            event.status = missed.value_or(event.status);
            event.deadline_at.reset();
            events.update(event, now);
        }
        return next_deadline(session);
    });
}

}  // namespace tally::control
