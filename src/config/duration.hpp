// Durations as people write them in settings: "333ms", "2s", "15m", "24h".
#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tally::config {

/// A whole, non-negative count and its unit: ms, s, m or h. Empty when the text is anything else.
std::optional<Milliseconds> parse_duration(std::string_view text);

/// The shortest text that parse_duration() reads back as the same value.
std::string duration_text(Milliseconds duration);

}  // namespace tally::config
