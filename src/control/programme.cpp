#include "control/programme.hpp"

namespace tally::control {

void check_title(json::Checks& checks, std::string_view title) {
    checks.length("/title", title, 1, 200);
}

void check_description(json::Checks& checks, std::string_view description) {
    checks.length("/description", description, 0, 5000);
}

void check_tags(json::Checks& checks, const std::vector<std::string>& tags) {
    constexpr std::size_t most_tags = 50;
    checks.require(tags.size() <= most_tags, "/tags", "too_long", "must be 50 at most");
    for (std::size_t i = 0; i < tags.size(); ++i)
        checks.length(fmt::format("/tags/{}", i), tags[i], 1, 64);
}

}  // namespace tally::control
