// Scheduled events in the store.
#pragma once

#include "control/page.hpp"
#include "control/schedule/scheduled_event.hpp"

namespace tally::control {

struct UpcomingFilter {
    std::optional<ChannelId> channel{};
    std::optional<Time> from{};  // starts at or after
    std::optional<Time> to{};    // starts before
};

class ScheduledEventRepository {
public:
    explicit ScheduledEventRepository(sql::Session& session) : session_(session) {}

    std::optional<ScheduledEvent> find(const ScheduledId& id);
    /// What is still scheduled, by start.
    Page<ScheduledEvent> upcoming(const UpcomingFilter& filter, const PageRequest& request);
    /// Further scheduled events of its channel at the same time, the first ten.
    std::vector<ScheduledEvent> overlapping(const ScheduledEvent& event);
    /// The channel's scheduled event with auto_start whose start is the nearest to `now`, if near enough.
    std::optional<ScheduledEvent> to_auto_start(const ChannelId& channel, Time now);
    /// Scheduled events whose deadline has come, the oldest first, a hundred at most.
    std::vector<ScheduledEvent> due(Time now);
    std::optional<Time> next_deadline();

    void insert(const ScheduledEvent& event);
    void update(const ScheduledEvent& event, Time now);

private:
    sql::Session& session_;
};

}  // namespace tally::control
