// Numbers that stand for texts in ClickHouse, where nobody hands out the next one: the text's own digest.
#pragma once

#include "analytics/facts.hpp"

namespace tally::analytics {

std::uint64_t number_of(const BroadcastId& broadcast);
/// Of where and with what a view plays.
std::uint64_t number_of(const Dimensions& dimensions, const Claims& claims);

/// As a literal of SQL.
std::string text_literal(std::string_view text);

}  // namespace tally::analytics
