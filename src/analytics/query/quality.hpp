// GET /api/analytics/broadcasts/{id}/quality: how well it played, and for whom it did not.
#pragma once

#include "analytics/query/envelope.hpp"

namespace tally::analytics {

json::object quality_answer(FactReader& reader, const Question& question);

}  // namespace tally::analytics
