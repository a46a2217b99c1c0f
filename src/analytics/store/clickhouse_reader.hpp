// Reads facts out of ClickHouse. What is large is read in slices of bounded size, one query each.
#pragma once

#include "analytics/fact_reader.hpp"
#include "analytics/fact_store.hpp"
#include "analytics/sketch/distinct.hpp"
#include "analytics/store/clickhouse_connection.hpp"
#include "analytics/store/row_binary.hpp"

#include <map>
#include <set>
#include <unordered_map>

namespace tally::analytics {

class ClickHouseReader final : public FactReader {
public:
    explicit ClickHouseReader(ClickHouseConnection& connection) : connection_(connection) {}

    void sessions(
        const BroadcastId& broadcast,
        ViewColumns columns,
        const std::function<void(const SessionFacts&)>& visit
    ) override;
    std::optional<SessionFacts> session(const BroadcastId& broadcast, SessionKey key) override;
    bool add_up(const Question& question, Viewing& to) override;
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
    struct Profile {
        Dimensions dimensions;
        Claims claims;
    };

    struct Name {
        BroadcastId broadcast;
        ChannelId channel;
    };

    struct Numbered {
        std::uint64_t broadcast = 0;
        std::uint64_t profile = 0;
        SessionFacts session{};
    };

    using Numbers = std::set<std::uint64_t>;

    /// The statement's rows, once they are all there.
    std::string select(std::string statement);
    std::vector<std::string> select_together(std::vector<std::string> statements);
    ChannelId channel_of(const BroadcastId& broadcast);
    void add_profile(SessionFacts& session, std::uint64_t number);
    void load_profiles(const std::string& condition);
    void load_profiles(const Numbers& numbers);
    std::vector<std::uint8_t> add_sums(const std::string& views, const Question& question, Viewing& to);
    DistinctCount viewers_of(const std::string& views, const std::vector<std::uint64_t>& leasts);
    /// Of any broadcast.
    std::vector<SessionFacts> whole_sessions(const std::string& condition);
    std::map<std::uint64_t, Name> names_of(const Numbers& broadcasts);
    void find_minutes(std::vector<OpenSession>& views);
    std::vector<MinuteTotals> sum_minutes(
        const BroadcastId& broadcast, std::string_view from, std::vector<Time>& doubtful
    );

    ClickHouseConnection& connection_;
    std::unordered_map<std::uint64_t, Profile> profiles_;
};

}  // namespace tally::analytics
