// Compressed forms of texts (RFC 1952), for clients that accept them.
#pragma once

#include "base/bytes.hpp"

namespace tally {

enum class GzipEffort : std::uint8_t {
    quick = 1,   // made for one answer
    normal = 6,  // made once, sent to many
};

Bytes gzip(ByteView text, GzipEffort effort);

}  // namespace tally
