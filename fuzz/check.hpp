// How a fuzz target says that a property does not hold: asserts are off in the build that fuzzes.
#pragma once

#include <cstdlib>

namespace tally::fuzz {

inline void check(bool holds) {
    if (!holds) std::abort();
}

}  // namespace tally::fuzz
