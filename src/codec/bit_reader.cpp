#include "codec/bit_reader.hpp"

namespace tally::codec {

std::uint32_t BitReader::bits(unsigned count) {
    if (count > remaining()) {
        failed_ = true;
        position_ = bytes_.size() * 8;
        return 0;
    }
    std::uint32_t value = 0;
    for (unsigned i = 0; i < count; ++i, ++position_)
        value = value << 1 | (bytes_[position_ / 8] >> (7 - position_ % 8) & 1U);
    return value;
}

void BitReader::skip(std::size_t count) {
    failed_ |= count > remaining();
    position_ = failed_ ? bytes_.size() * 8 : position_ + count;
}

std::uint32_t BitReader::ue() {
    unsigned zeros = 0;
    while (!failed_ && !flag())
        ++zeros;
    failed_ |= zeros > 31;
    return failed_ ? 0 : (1U << zeros) - 1 + bits(zeros);
}

std::int32_t BitReader::se() {
    const auto code = ue();
    const auto magnitude = static_cast<std::int32_t>(code / 2 + code % 2);
    return code % 2 != 0 ? magnitude : -magnitude;
}

}  // namespace tally::codec
