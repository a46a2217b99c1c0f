// A broadcast among others of its channel: its summary, for sums, rankings and comparisons.
#pragma once

#include "analytics/query/kept_summary.hpp"

namespace tally::analytics {

struct Airing {
    BroadcastInfo info{};
    Summary summary{};
    bool running = false;
    double live_seconds = 0;

    double figure(std::string_view name) const {
        return name == "duration" ? live_seconds : summary.figure(name);
    }
};

/// From reports where they are kept, computed where not.
std::vector<Airing> airings_of(FactReader& reader, const std::vector<BroadcastInfo>& broadcasts, Time now);

}  // namespace tally::analytics
