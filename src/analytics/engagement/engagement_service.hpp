// What viewers do beside watching: taken in, limited, kept.
#pragma once

#include "analytics/collect/group_commit.hpp"
#include "analytics/keys.hpp"
#include "analytics/session/engine.hpp"

#include <deque>

namespace tally::analytics {

/// As it was sent.
struct NewEngagement {
    Engagement type = Engagement::chat;
    std::string value;
    std::optional<double> media_time;
    std::string sid;
};

enum class EngagementOutcome : std::uint8_t { taken, duplicate, limited, unavailable };

class EngagementService {
public:
    /// All of it outlives the service.
    struct Parts {
        Executor executor;
        Engine& engine;
        FactStore& store;
        const Keys& keys;
        const Clock& clock;
    };

    explicit EngagementService(const Parts& parts);

    /// In the store when it says so. At most ten of a kind in ten seconds from one view; the same twice
    /// within a second is one.
    Async<EngagementOutcome> take(BroadcastPtr broadcast, NewEngagement engagement);

private:
    struct Recent {
        std::deque<Instant> times;
        std::string last;  // value and media time
    };

    EngagementOutcome limit(
        const BroadcastEntry& broadcast, SessionKey session, const NewEngagement& engagement
    );
    Task<> store(std::vector<EngagementEvent> events);

    Parts parts_;
    // On the executor.
    GroupCommit<std::vector<EngagementEvent>> commits_;
    std::unordered_map<std::uint64_t, Recent> recent_;
};

}  // namespace tally::analytics
