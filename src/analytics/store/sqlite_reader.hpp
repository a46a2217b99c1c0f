// Reads facts out of SQLite, inside the caller's transaction.
#pragma once

#include "analytics/fact_reader.hpp"
#include "analytics/fact_store.hpp"
#include "analytics/store/sqlite_connection.hpp"

namespace tally::analytics {

class SqliteReader final : public FactReader {
public:
    explicit SqliteReader(SqliteConnection& connection) : connection_(connection) {}

    void sessions(
        const BroadcastId& broadcast,
        ViewColumns columns,
        const std::function<void(const SessionFacts&)>& visit
    ) override;
    std::optional<SessionFacts> session(const BroadcastId& broadcast, SessionKey key) override;
    std::vector<AudienceFacts> audience(const BroadcastId& broadcast) override;
    std::vector<MinuteTotals> minutes(const BroadcastId& broadcast) override;
    std::vector<MinuteTotals> minutes_of(
        const BroadcastId& broadcast, const std::function<bool(SessionKey)>& keep
    ) override;
    void engagement(const BroadcastId& broadcast, const std::function<void(const EngagementEvent&)>& visit)
        override;
    LossFacts losses(const BroadcastId& broadcast) override;
    void returning_viewers(
        const BroadcastId& broadcast,
        const ChannelId& channel,
        Time since,
        const std::function<void(ViewerKey)>& visit
    ) override;
    std::optional<Report> report(const BroadcastId& broadcast, std::string_view kind) override;

    std::vector<SessionFacts> sessions_of(ViewerKey viewer, std::size_t limit);
    std::vector<OpenSession> open_sessions();
    std::vector<BroadcastId> without_report(Time since);

private:
    struct Broadcast {
        std::int64_t number = 0;
        ChannelId channel;
    };

    std::optional<Broadcast> find(const BroadcastId& broadcast);
    void add_profile(SessionFacts& session, std::int64_t number);
    SessionFacts whole_session(Statement& statement);
    std::optional<MinuteFacts> last_minute(const SessionFacts& session);

    SqliteConnection& connection_;
};

}  // namespace tally::analytics
