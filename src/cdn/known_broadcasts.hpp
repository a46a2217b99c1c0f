// What the catalogue said of broadcasts a moment ago: segments are asked for too often to ask it each time.
#pragma once

#include "base/clock.hpp"
#include "cdn/catalogue.hpp"

#include <mutex>
#include <unordered_map>

namespace tally::cdn {

/// From any thread.
class KnownBroadcasts {
public:
    KnownBroadcasts(Catalogue& catalogue, const Clock& clock) : catalogue_(catalogue), clock_(clock) {}

    /// As Catalogue::find_broadcast(), at most five seconds old.
    Task<std::optional<BroadcastFacts>> find(BroadcastId broadcast);

private:
    struct Known {
        std::optional<BroadcastFacts> facts;
        Instant asked;
    };

    std::optional<Known> kept(const BroadcastId& broadcast);

    Catalogue& catalogue_;
    const Clock& clock_;
    std::mutex mutex_;
    std::unordered_map<BroadcastId, Known> known_;  // under the mutex
};

}  // namespace tally::cdn
