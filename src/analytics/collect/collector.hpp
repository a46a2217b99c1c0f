// Takes players' reports in: who may report, how much, and that what is acknowledged is in the journal.
#pragma once

#include "analytics/collect/cmcd.hpp"
#include "analytics/collect/flood_limit.hpp"
#include "analytics/collect/group_commit.hpp"
#include "analytics/collect/shedding.hpp"
#include "analytics/journal/journal.hpp"
#include "analytics/keys.hpp"
#include "analytics/session/engine.hpp"
#include "analytics/session/newcomer_limit.hpp"

#include <optional>

namespace tally::analytics {

/// Where reports came from.
struct ReportOrigin {
    std::string_view address;
    std::string_view user_agent;
    std::string_view token;         // for records without one
    bool private_browsing = false;  // Sec-GPC: viewers are not recognised
};

/// What became of reports.
struct Collected {
    std::size_t taken = 0;    // counted now or before
    std::size_t refused = 0;  // no token, another broadcast's, or too late: stop sending
    std::size_t limited = 0;
    bool busy = false;  // to be sent again
};

class Collector {
public:
    /// All of it outlives the collector.
    struct Parts {
        Engine& engine;
        Journal& journal;
        const Keys& keys;
        const BeaconTokens& tokens;
        const Clock& clock;
    };

    static constexpr std::size_t most_records = 50;

    explicit Collector(const Parts& parts);

    /// On any network thread. The records' texts have to live until it returns.
    Async<Collected> take(std::vector<CmcdRecord> records, ReportOrigin origin);

    /// Reads what an earlier process acknowledged and did not store. Before the first take().
    Result<> load();
    /// Goes on from the store and counts what was loaded. An error while the store is away: until it
    /// succeeds, reports are acknowledged and kept in the journal, and counted then.
    Task<> catch_up();

    bool has_caught_up() const { return caught_up_; }

    /// How often players are to report, in seconds.
    int heartbeat() const;

private:
    /// Of one network thread.
    struct Post {
        FloodLimit limit;
        GroupCommit<Bytes> journal;
        std::atomic<std::size_t> waiting = 0;  // reports handed to this thread and not taken yet
        NewcomerLimit newcomers{};
        // On its thread.
        bool counting = false;           // the store was read
        std::vector<PlayerReport> held;  // until then
    };

    std::optional<PlayerReport> admit(
        const CmcdRecord& record, const ReportOrigin& origin, const ClientPtr& client
    );
    Backlog backlog(SessionKey session) const;
    void note_limited(const std::vector<CmcdRecord>& records) const;
    Async<Collected> apply(std::size_t lane, std::vector<PlayerReport> reports);
    void account(Taken taken, const PlayerReport& report, ByteWriter& records, Collected& collected);
    Async<> recall(
        std::size_t lane, std::vector<PlayerReport> reports, ByteWriter& records, Collected& collected
    );
    void hold(Post& post, PlayerReport report, ByteWriter& records, Collected& collected);
    Async<> count_loaded();

    Parts parts_;
    std::vector<std::unique_ptr<Post>> posts_;
    std::vector<JournalRecord> loaded_;
    std::atomic<bool> caught_up_ = false;
    std::atomic<int> recalls_ = 0;
};

}  // namespace tally::analytics
