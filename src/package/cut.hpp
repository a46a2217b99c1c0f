// Where one segment ends and the next begins, in all renditions.
#pragma once

#include "media/frame.hpp"

#include <cstdint>

namespace tally::package {

struct Cut {
    std::uint64_t number = 0;  // media sequence number of the segment that begins
    media::Ticks time{};       // PTS
    bool seam = false;         // a discontinuity
    media::Ticks longest{};    // that the segment before it may last
};

}  // namespace tally::package
