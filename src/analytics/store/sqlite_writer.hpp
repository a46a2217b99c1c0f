// Writes batches of facts into SQLite, inside the caller's transaction.
#pragma once

#include "analytics/fact_reader.hpp"
#include "analytics/store/sqlite_connection.hpp"

#include <map>

namespace tally::analytics {

class SqliteWriter {
public:
    explicit SqliteWriter(SqliteConnection& connection) : connection_(connection) {}

    void write(const FactBatch& batch);
    void write(const BroadcastId& broadcast, const Report& report);
    /// Gives how many views went.
    std::int64_t erase(ViewerKey viewer);

private:
    using MinuteKey = std::pair<std::int64_t, Time>;  // the broadcast's number

    void write(const SessionFacts& session);
    void write(const MinuteFacts& minute);
    void write(const AudienceFacts& audience);
    void write(const EngagementEvent& event);
    void write(const LossFacts& losses);
    void write_totals();

    std::int64_t number_of(const BroadcastId& broadcast, const ChannelId* channel, Time newest);
    std::int64_t profile_of(const SessionFacts& session);
    /// What a view that turned out invalid had added to the totals is taken back.
    void take_back(std::int64_t broadcast, const SessionFacts& session);
    std::optional<Validity> stored_validity(std::int64_t broadcast, SessionKey session);
    std::optional<Counters> stored_minute(std::int64_t broadcast, Time minute, SessionKey session);

    SqliteConnection& connection_;
    std::map<MinuteKey, MinuteTotals> changes_;  // of minute_totals, in this batch
    std::map<BroadcastId, std::int64_t> numbers_;
};

}  // namespace tally::analytics
