// The short lists of a view as text of one column: "1080:61000 720:3000".
#pragma once

#include "analytics/facts.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tally::analytics {

std::string to_text(const std::vector<ErrorFacts>& errors);
std::string to_text(const std::vector<RenditionFacts>& renditions);
std::string to_text(const std::vector<PlayedRun>& runs);
std::string to_text(const std::vector<std::int64_t>& numbers);

/// Replace what the list holds. What is no such list gives the elements before the mistake.
void from_text(std::string_view text, std::vector<ErrorFacts>& errors);
void from_text(std::string_view text, std::vector<RenditionFacts>& renditions);
void from_text(std::string_view text, std::vector<PlayedRun>& runs);
void from_text(std::string_view text, std::vector<std::int64_t>& numbers);

}  // namespace tally::analytics
