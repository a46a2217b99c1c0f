#include "base/bytes.hpp"

namespace tally {

ByteView ByteReader::take(std::size_t size) {
    if (size > remaining()) {
        failed_ = true;
        position_ = bytes_.size();
        return {};
    }
    const auto taken = bytes_.subspan(position_, size);
    position_ += size;
    return taken;
}

std::uint64_t ByteReader::number(std::size_t size) {
    std::uint64_t value = 0;
    for (const auto byte : take(size))
        value = value << 8 | byte;
    return value;
}

void ByteWriter::number(std::uint64_t value, int size) {
    for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
        bytes_.push_back(static_cast<std::uint8_t>(value >> shift));
}

void ByteWriter::set_u32(std::size_t position, std::uint32_t value) {
    for (int i = 0; i < 4; ++i)
        bytes_.at(position + i) = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

}  // namespace tally
