// The sample tables of a progressive file (ISO 14496-12 8.6 and 8.7): when, how large and where samples are.
#pragma once

#include "base/bytes.hpp"
#include "container/mp4.hpp"

#include <cstdint>

namespace tally::container::mp4 {

struct ChunkOffsets {
    std::uint64_t body = 0;  // where the body starts in the file
    bool wide = false;       // 64 bits each (co64)
};

/// stts, ctts, stss, stsc, stsz and stco or co64. `lift` is added to every composition offset.
void write_sample_tables(
    ByteWriter& out, const MovieTrack& track, std::int64_t lift, const ChunkOffsets& offsets
);

}  // namespace tally::container::mp4
