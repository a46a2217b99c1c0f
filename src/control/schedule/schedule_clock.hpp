// What time alone does to scheduled events.
#pragma once

#include "control/schedule/scheduled_event_repository.hpp"
#include "sql/database.hpp"

namespace tally::control {

/// When time next brings something to an event of which nothing was made: a reminder 15 minutes before its
/// start, its start, five minutes later that it is overdue, and at last that it is missed.
Time next_moment(const ScheduledEvent& event, Time now);

/// Tells of moments that have come; events whose time is over without a broadcast are missed. Gives when to
/// call this next.
Async<std::optional<Time>> settle_schedule(sql::Database& database, Time now);

}  // namespace tally::control
