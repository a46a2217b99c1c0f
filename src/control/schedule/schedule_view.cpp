#include "control/schedule/schedule_view.hpp"

namespace tally::control {

json::object scheduled_event_json(const ScheduledEventDetails& details, Time now) {
    const auto& event = details.event;
    auto view = json::encode(event).get_object();
    view.erase("deadlineAt");
    view["scheduledId"] = event.id.text();
    view["scheduledEnd"] = json::encode(scheduled_end(event));
    view["overdue"] = is_overdue(event, now);
    view["warnings"] = json::encode(details.warnings);
    return view;
}

json::object upcoming_json(const ScheduledEvent& event, Time now) {
    auto view = scheduled_event_json({event}, now);
    const auto left = std::chrono::floor<std::chrono::seconds>(event.scheduled_start - now);
    view["secondsUntilStart"] = left.count();
    return view;
}

}  // namespace tally::control
