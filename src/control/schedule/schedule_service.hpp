// Use cases of scheduled events, one transaction each. Their conversion is a broadcast's creation.
#pragma once

#include "control/channel/channel_service.hpp"
#include "control/lifecycle/stream_lifecycle.hpp"
#include "control/precondition.hpp"
#include "control/schedule/scheduled_event_repository.hpp"

namespace tally::control {

struct NewScheduledEvent {
    ChannelId channel_id;
    std::string title;
    Time scheduled_start;
    std::optional<std::chrono::seconds> estimated_duration{};
    std::optional<std::string> description{};
    std::vector<std::string> tags{};
    std::optional<bool> auto_start{};
};
BOOST_DESCRIBE_STRUCT(
    NewScheduledEvent,
    (),
    (channel_id, title, scheduled_start, estimated_duration, description, tags, auto_start)
)

/// Absent members stay as they are.
struct ScheduledEventFields {
    std::optional<std::string> title{};
    std::optional<Time> scheduled_start{};
    std::optional<std::chrono::seconds> estimated_duration{};
    std::optional<std::string> description{};
    std::optional<std::vector<std::string>> tags{};
    std::optional<bool> auto_start{};
};
BOOST_DESCRIBE_STRUCT(
    ScheduledEventFields, (), (title, scheduled_start, estimated_duration, description, tags, auto_start)
)

struct ScheduledEventDetails {
    ScheduledEvent event;
    std::vector<Warning> warnings{};
};

class ScheduleService {
public:
    ScheduleService(
        sql::Database& database,
        const Clock& clock,
        const ChannelFactory& factory,
        ChannelService& channels,
        StreamLifecycle& lifecycle
    )
        : database_(database),
          clock_(clock),
          factory_(factory),
          channels_(channels),
          lifecycle_(lifecycle) {}

    Time now() const { return clock_.now(); }

    /// A start in the past and an overlap with another event are warnings (API A9); `strict`: an overlap is
    /// 409.
    Async<Outcome<ScheduledEventDetails>> schedule(
        NewScheduledEvent request, bool strict, Alongside<ScheduledEventDetails> alongside = {}
    );
    Async<Outcome<ScheduledEventDetails>> get(ScheduledId id);
    /// 404 for an unknown channel.
    Async<Outcome<Page<ScheduledEvent>>> upcoming(UpcomingFilter filter, bool overdue, PageRequest page);
    Async<Outcome<ScheduledEventDetails>> patch(
        ScheduledId id, ScheduledEventFields fields, bool strict, Precondition<ScheduledEvent> precondition
    );
    /// Repeating is harmless.
    Async<Outcome<ScheduledEventDetails>> cancel(ScheduledId id);

private:
    Outcome<ScheduledEventDetails> schedule_in(
        sql::Session& session, const NewScheduledEvent& request, bool strict, bool& provisioned
    );
    Outcome<std::vector<Warning>> review(sql::Session& session, const ScheduledEvent& event, bool strict);

    sql::Database& database_;
    const Clock& clock_;
    const ChannelFactory& factory_;
    ChannelService& channels_;
    StreamLifecycle& lifecycle_;
};

}  // namespace tally::control
