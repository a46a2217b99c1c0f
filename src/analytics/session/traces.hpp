// Views that were played alike to the millisecond: one recorded player, sent in the name of many.
#pragma once

#include "analytics/collect/beacon.hpp"
#include "analytics/session/session.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <vector>

namespace tally::analytics {

/// Goes on with the view's trace; true once, when it is long enough to be compared. Play times in whole
/// tenths of a second say nothing: players that count so are alike by chance.
bool follow_trace(Session& session, const Beacon& beacon);

/// Of one broadcast on one thread.
class Traces {
public:
    /// The views to be suspected now: once so many went alike that it is no chance, they, and then each
    /// further one.
    std::vector<SessionKey> compare(const Session& session);

private:
    static constexpr std::size_t no_chance = 4;
    static constexpr std::size_t most_traces = 65'536;  // then they are forgotten, and collected anew

    boost::unordered_flat_map<std::uint32_t, std::vector<SessionKey>> views_;
};

}  // namespace tally::analytics
