// English names of countries.
#pragma once

#include <string_view>

namespace tally::analytics {

/// Of an ISO 3166-1 code, "IN"; empty when there is no such country.
std::string_view country_name(std::string_view code);

}  // namespace tally::analytics
