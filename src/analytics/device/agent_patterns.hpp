// The patterns of uap-core, embedded at build time: defined by the file that web/tools/user_agents.mjs
// generates.
#pragma once

#include <span>
#include <string_view>

namespace tally::analytics {

struct AgentPattern {
    std::string_view regex;  // RE2 syntax, not anchored
    std::string_view name;   // may hold "$1", a group of the match; empty: the first group
};

/// The first that matches counts.
std::span<const AgentPattern> browser_patterns();
std::span<const AgentPattern> system_patterns();
std::span<const AgentPattern> robot_patterns();

}  // namespace tally::analytics
