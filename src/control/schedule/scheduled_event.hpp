// A scheduled event: an entry of a channel's calendar, until a broadcast is made from it (API A4).
#pragma once

#include "control/columns.hpp"
#include "control/media_terms.hpp"
#include "control/state_machine.hpp"

namespace tally::control {

struct ScheduledEventKind {
    static constexpr std::string_view prefix = "sch";
};

using ScheduledId = Id<ScheduledEventKind>;

enum class ScheduledStatus : std::uint8_t { scheduled, converted, cancelled, missed };
BOOST_DESCRIBE_ENUM(ScheduledStatus, scheduled, converted, cancelled, missed)

enum class ScheduledAction : std::uint8_t { edit, convert, cancel, miss };
BOOST_DESCRIBE_ENUM(ScheduledAction, edit, convert, cancel, miss)

/// API section 1.3. A row that leads to its own state is an action that may be repeated.
inline constexpr auto scheduled_transitions = std::to_array<Transition<ScheduledStatus, ScheduledAction>>({
    {ScheduledStatus::scheduled, ScheduledAction::edit, ScheduledStatus::scheduled},
    {ScheduledStatus::scheduled, ScheduledAction::convert, ScheduledStatus::converted},
    {ScheduledStatus::scheduled, ScheduledAction::cancel, ScheduledStatus::cancelled},
    {ScheduledStatus::scheduled, ScheduledAction::miss, ScheduledStatus::missed},
    {ScheduledStatus::converted, ScheduledAction::convert, ScheduledStatus::converted},
    {ScheduledStatus::cancelled, ScheduledAction::cancel, ScheduledStatus::cancelled},
});

/// A row of `scheduled_events`.
struct ScheduledEvent {
    ScheduledId id;
    ChannelId channel_id;
    std::string title;
    std::string description;
    std::vector<std::string> tags;
    Time scheduled_start;
    std::chrono::seconds estimated_duration{3600};
    ScheduledStatus status = ScheduledStatus::scheduled;
    bool auto_start = false;                  // an encoder that dials in about then begins it (API A5)
    std::optional<BroadcastId> broadcast_id;  // what it was converted to
    Time created_at;
    std::optional<Time> cancelled_at;
    std::optional<Time> deadline_at;  // when time brings it something, while it is scheduled
};
BOOST_DESCRIBE_STRUCT(
    ScheduledEvent,
    (),
    (id,
     channel_id,
     title,
     description,
     tags,
     scheduled_start,
     estimated_duration,
     status,
     auto_start,
     broadcast_id,
     created_at,
     cancelled_at,
     deadline_at)
)

/// An encoder begins an event whose start is this near (API A5).
inline constexpr std::chrono::hours auto_start_window{1};

inline Time scheduled_end(const ScheduledEvent& event) {
    return event.scheduled_start + event.estimated_duration;
}

/// Its start has passed and nothing was made from it (API A9).
inline bool is_overdue(const ScheduledEvent& event, Time now) {
    return event.status == ScheduledStatus::scheduled && event.scheduled_start < now;
}

/// A day after its end, and never within a day of its creation.
inline Time missed_at(const ScheduledEvent& event) {
    constexpr std::chrono::hours day{24};
    return std::max(scheduled_end(event) + day, event.created_at + day);
}

}  // namespace tally::control
