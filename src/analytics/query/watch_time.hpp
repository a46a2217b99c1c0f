// GET /api/analytics/broadcasts/{id}/watch-time: how long viewers stayed, what they saw, and when they left.
#pragma once

#include "analytics/query/envelope.hpp"

namespace tally::analytics {

json::object watch_time_answer(FactReader& reader, const Question& question);

}  // namespace tally::analytics
