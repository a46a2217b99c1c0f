// GET /api/analytics/channels/{id}/compare: recent broadcasts against earlier ones, and what of it is more
// than chance.
#pragma once

#include "analytics/query/airing.hpp"

namespace tally::analytics {

struct CompareRequest {
    ChannelId channel{};
    std::string window{};
    std::string baseline{};  // "previous", "year" or "median"
    bool at_equal_elapsed = true;
    Time now{};
};

/// Both newest first. Running broadcasts are told apart in `broadcasts` and are in no sum, unless their time
/// is taken as it is.
json::object compare_answer(
    FactReader& reader,
    const CompareRequest& request,
    const std::vector<Airing>& current,
    const std::vector<Airing>& previous
);

}  // namespace tally::analytics
