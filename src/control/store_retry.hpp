// What all background work waits after the store failed it.
#pragma once

#include <chrono>

namespace tally::control {

inline constexpr std::chrono::seconds retry_store{1};

}  // namespace tally::control
