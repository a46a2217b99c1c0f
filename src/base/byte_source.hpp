// Bytes that lie elsewhere and are read piece by piece: files, and views over files.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>

namespace tally {

/// Immutable and safe on any thread. read() blocks: it runs on the disk threads.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    virtual std::uint64_t size() const = 0;
    /// `size` bytes at `offset`; both lie within size(). Errc::io when the disk fails.
    virtual Result<Bytes> read(std::uint64_t offset, std::size_t size) const = 0;
};

}  // namespace tally
