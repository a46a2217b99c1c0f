// GET /api/analytics/broadcasts/{id}/engagement: what viewers did beside watching.
#pragma once

#include "analytics/query/envelope.hpp"

namespace tally::analytics {

json::object engagement_answer(FactReader& reader, const Question& question);

}  // namespace tally::analytics
