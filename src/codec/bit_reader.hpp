// Bits and Exp-Golomb codes, most significant bit first: what codec headers are packed in.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>

namespace tally::codec {

/// Reading past the end gives zeros and sets failed() for good, as ByteReader does.
class BitReader {
public:
    explicit BitReader(ByteView bytes) : bytes_(bytes) {}

    /// The next `count` bits, at most 32.
    std::uint32_t bits(unsigned count);

    bool flag() { return bits(1) != 0; }

    void skip(std::size_t count);

    /// Bits from the start of the bytes to the next byte boundary are passed over.
    void align() { position_ = (position_ + 7) / 8 * 8; }

    /// ue(v) and se(v) of ISO 14496-10 9.1. A code longer than 32 bits fails.
    std::uint32_t ue();
    std::int32_t se();

    std::size_t remaining() const { return bytes_.size() * 8 - position_; }

    bool failed() const { return failed_; }

private:
    ByteView bytes_;
    std::size_t position_ = 0;  // in bits
    bool failed_ = false;
};

}  // namespace tally::codec
