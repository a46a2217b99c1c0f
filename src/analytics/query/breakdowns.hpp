// Who watched, where and with what: demographics, geography and devices. Small cells of people and places are
// not shown.
#pragma once

#include "analytics/query/envelope.hpp"

namespace tally::analytics {

enum class PlaceLevel : std::uint8_t { country, region, city };
BOOST_DESCRIBE_ENUM(PlaceLevel, country, region, city)

json::object demographics_answer(FactReader& reader, const Question& question);
json::object geography_answer(FactReader& reader, const Question& question, PlaceLevel level);
json::object devices_answer(FactReader& reader, const Question& question);

}  // namespace tally::analytics
