// How a programme is described: the bounds that broadcasts and scheduled events share.
#pragma once

#include "json/checks.hpp"

#include <string>
#include <vector>

namespace tally::control {

void check_title(json::Checks& checks, std::string_view title);
void check_description(json::Checks& checks, std::string_view description);
void check_tags(json::Checks& checks, const std::vector<std::string>& tags);

}  // namespace tally::control
