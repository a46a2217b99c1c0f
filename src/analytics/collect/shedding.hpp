// What gives way when more reports come than can be taken: heartbeats first, as the next one says all that
// this one did; joins, leaves and failures last.
#pragma once

#include "analytics/collect/beacon.hpp"

namespace tally::analytics {

/// What waits to be taken.
struct Backlog {
    std::size_t reports = 0;  // handed to the thread of the view
    bool journal_crowded = false;

    static constexpr std::size_t most = 65'536;
};

/// What no later report repeats.
inline bool is_precious(const Beacon& beacon) {
    switch (beacon.state) {
        case PlayerState::starting:
        case PlayerState::quit:
        case PlayerState::ended:
        case PlayerState::fatal:
            return true;
        default:
            return beacon.startup_ms != absent || beacon.error ||
                   (beacon.sequence >= 0 && beacon.sequence <= 2);
    }
}

inline bool is_shed(const Beacon& beacon, const Backlog& backlog) {
    if (backlog.reports > Backlog::most) return true;
    const bool crowded = backlog.reports > Backlog::most / 2 || backlog.journal_crowded;
    return crowded && !is_precious(beacon);
}

}  // namespace tally::analytics
