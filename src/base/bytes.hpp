// Bytes and the big-endian cursors that every binary format here is read and written with.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace tally {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
/// Made once, then shared by every reader on every thread.
using SharedBytes = std::shared_ptr<const Bytes>;

inline ByteView bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view text_of(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Reads big-endian values. Reading past the end gives zeros and sets failed() for good: parsers read a whole
/// structure and check once.
class ByteReader {
public:
    explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }

    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }

    std::uint32_t u24() { return static_cast<std::uint32_t>(number(3)); }

    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }

    std::uint64_t u64() { return number(8); }

    /// The next `size` bytes, still in place; empty when there are fewer.
    ByteView take(std::size_t size);

    ByteView rest() { return take(remaining()); }

    void skip(std::size_t size) { take(size); }

    std::size_t position() const { return position_; }

    std::size_t remaining() const { return bytes_.size() - position_; }

    bool failed() const { return failed_; }

private:
    std::uint64_t number(std::size_t size);

    ByteView bytes_;
    std::size_t position_ = 0;
    bool failed_ = false;
};

/// Appends big-endian values to a buffer that it owns until take().
class ByteWriter {
public:
    void u8(std::uint8_t value) { bytes_.push_back(value); }

    void u16(std::uint16_t value) { number(value, 2); }

    void u24(std::uint32_t value) { number(value, 3); }

    void u32(std::uint32_t value) { number(value, 4); }

    void u64(std::uint64_t value) { number(value, 8); }

    void bytes(ByteView value) { bytes_.insert(bytes_.end(), value.begin(), value.end()); }

    void text(std::string_view value) { bytes(bytes_of(value)); }

    void zeros(std::size_t count) { bytes_.resize(bytes_.size() + count); }

    /// Overwrites four bytes already written: sizes known only afterwards.
    void set_u32(std::size_t position, std::uint32_t value);

    std::size_t size() const { return bytes_.size(); }

    void reserve(std::size_t size) { bytes_.reserve(size); }

    Bytes take() { return std::exchange(bytes_, {}); }

private:
    void number(std::uint64_t value, int size);

    Bytes bytes_;
};

}  // namespace tally
