// Use cases of alerts: what the health monitor found is kept, people look at it and acknowledge it.
#pragma once

#include "control/alert/alert_repository.hpp"
#include "control/problems.hpp"
#include "sql/database.hpp"

namespace tally::control {

/// A page of a broadcast's alerts, and how many of all are open.
struct BroadcastAlerts {
    Page<Alert> page;
    AlertCounts open;
};

/// Where a running stream stands, for rules that look at the programme.
struct StreamStanding {
    StreamId stream_id;
    std::optional<Time> live_since;  // its broadcast's
    std::optional<Time> first_media_at;
};
BOOST_DESCRIBE_STRUCT(StreamStanding, (), (stream_id, live_since, first_media_at))

class AlertService {
public:
    AlertService(sql::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    /// What was raised, went on or was resolved. An acknowledgement outlasts what is told of the alert, but
    /// not a higher severity. What belongs to a stream that the store does not know is left out.
    Async<> record(std::vector<Alert> alerts);

    Async<Outcome<Alert>> get(AlertId id);
    Async<Page<Alert>> list(AlertFilter filter, PageRequest page);
    Async<Outcome<BroadcastAlerts>> of_broadcast(BroadcastId broadcast, AlertFilter filter, PageRequest page);
    /// Repeating is harmless; what is resolved cannot be acknowledged any more.
    Async<Outcome<Alert>> acknowledge(AlertId id, std::optional<std::string> by);

    /// At start: alerts that a previous process left open, of streams that run. Those of others are resolved.
    Async<std::vector<Alert>> recover();

    /// Of every stream that runs.
    Async<std::vector<StreamStanding>> standings();

private:
    sql::Database& database_;
    const Clock& clock_;
};

}  // namespace tally::control
