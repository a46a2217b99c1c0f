// A scheduled event as the API prints it.
#pragma once

#include "control/schedule/schedule_service.hpp"

namespace tally::control {

json::object scheduled_event_json(const ScheduledEventDetails& details, Time now);
/// With secondsUntilStart, below zero when overdue: for who waits for it.
json::object upcoming_json(const ScheduledEvent& event, Time now);

}  // namespace tally::control
