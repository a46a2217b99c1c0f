// What time alone does to scheduled events.
#pragma once

#include "control/schedule/scheduled_event_repository.hpp"
#include "sql/database.hpp"

namespace tally::control {

/// Events whose time is over without a broadcast are missed. Gives when to call this next.
Async<std::optional<Time>> miss_what_is_due(sql::Database& database, Time now);

}  // namespace tally::control
