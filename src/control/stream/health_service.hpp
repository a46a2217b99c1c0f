// Use cases of stream health: the figures of now from memory, those of the past from the store.
#pragma once

#include "control/problems.hpp"
#include "control/stream/health_records.hpp"
#include "sql/database.hpp"

namespace tally::control {

class HealthService {
public:
    HealthService(sql::Database& database, const Clock& clock, const HealthDirectory& directory)
        : database_(database),
          clock_(clock),
          directory_(directory) {}

    /// Without a look at the store: null when the stream is not running here.
    std::shared_ptr<const HealthReport> running(const StreamId& id) const { return directory_.report(id); }

    /// The last figures of a stream that is over; its status is "ended".
    Async<Outcome<json::object>> past(StreamId id);

    /// What the stream knew between `from` and `to`, as far as it lived then.
    struct StatsQuery {
        std::optional<Time> from;
        std::optional<Time> to;
        std::chrono::seconds window{15 * 60};  // without `from`
        std::chrono::seconds interval{0};
        std::vector<std::string> metrics;
    };

    Async<Outcome<json::object>> stats(StreamId id, StatsQuery query);

    const HealthDirectory& directory() const { return directory_; }

    /// In one transaction. A status that is another than before is told.
    Async<> save(std::vector<HealthDocument> documents, std::vector<HealthMinute> minutes);

    /// Tells that every stream that runs does, if a webhook asks for that by name: once a minute.
    Async<> beat();

private:
    sql::Database& database_;
    const Clock& clock_;
    const HealthDirectory& directory_;
};

}  // namespace tally::control
