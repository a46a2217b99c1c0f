// Writes batches of facts into ClickHouse. Rows have the version they are given: of two with the same key the
// one with the higher version counts, in whatever order and however often they arrive.
#pragma once

#include "analytics/fact_reader.hpp"
#include "analytics/store/clickhouse_connection.hpp"

#include <unordered_set>

namespace tally::analytics {

/// Numbers whose texts are in the store already.
struct KnownNumbers {
    static constexpr std::size_t limit = 1'000'000;

    std::unordered_set<std::uint64_t> profiles{};
};

class ClickHouseWriter {
public:
    ClickHouseWriter(ClickHouseConnection& connection, KnownNumbers& known, std::uint64_t version)
        : connection_(connection),
          known_(known),
          version_(version) {}

    void write(const FactBatch& batch);
    void write(const BroadcastId& broadcast, const std::vector<Report>& reports);
    /// Gives how many views went; they are gone when it returns.
    std::int64_t erase(ViewerKey viewer);

private:
    void write_profiles(const std::vector<SessionFacts>& sessions);
    void write_broadcasts(const FactBatch& batch);
    void write_sessions(const std::vector<SessionFacts>& sessions);
    void write_minutes(const std::vector<MinuteFacts>& minutes);
    void write_audience(const std::vector<AudienceFacts>& audience);
    void write_engagement(const std::vector<EngagementEvent>& events);
    void write_losses(const std::vector<LossFacts>& losses);
    void wait_for_mutations();

    ClickHouseConnection& connection_;
    KnownNumbers& known_;
    std::uint64_t version_;
};

}  // namespace tally::analytics
