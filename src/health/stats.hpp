// A stretch of a stream's history as the stats API prints it.
#pragma once

#include "health/history.hpp"

namespace tally::health {

struct StatsRequest {
    Time from;
    Time to;
    std::chrono::seconds interval{0};    // 0: by the length of the stretch
    std::vector<std::string> metrics{};  // names; empty is all
};

/// `minutes`: oldest first. Points are never closer than what is kept of the stretch; where nothing was
/// measured they are null.
json::object stats_document(const StatsRequest& request, const std::vector<Minute>& minutes);

}  // namespace tally::health
