// GET /api/analytics/broadcasts/{id}/viewers/timeseries: the audience in buckets of time. What was not
// observed is null, never zero.
#pragma once

#include "analytics/query/envelope.hpp"

namespace tally::analytics {

struct SeriesRequest {
    std::chrono::seconds interval{60};
    std::vector<std::string> metrics{};  // empty: all of them
};

std::span<const std::string_view> series_metrics();

json::object time_series(FactReader& reader, const Question& question, const SeriesRequest& request);

}  // namespace tally::analytics
