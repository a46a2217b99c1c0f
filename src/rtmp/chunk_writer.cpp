#include "rtmp/chunk_writer.hpp"

#include <algorithm>

namespace tally::rtmp {
namespace {

constexpr std::uint32_t extended_mark = 0xFF'FF'FF;
constexpr std::uint8_t continuation = 3 << 6;  // basic header of a type 3 chunk

void big_endian(Bytes& output, std::uint32_t value, int size) {
    for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
        output.push_back(static_cast<std::uint8_t>(value >> shift));
}

}  // namespace

void write_chunks(Bytes& output, ChunkStream chunk_stream, const Message& message, std::size_t chunk_size) {
    const auto basic_header = static_cast<std::uint8_t>(chunk_stream);
    const bool extended = message.timestamp >= extended_mark;
    output.push_back(basic_header);
    big_endian(output, extended ? extended_mark : message.timestamp, 3);
    big_endian(output, static_cast<std::uint32_t>(message.payload.size()), 3);
    output.push_back(static_cast<std::uint8_t>(message.type));
    for (int shift = 0; shift < 32; shift += 8)  // the one little-endian field
        output.push_back(static_cast<std::uint8_t>(message.stream >> shift));

    ByteView rest(message.payload);
    for (bool first = true; first || !rest.empty(); first = false) {
        if (!first) output.push_back(continuation | basic_header);
        if (extended) big_endian(output, message.timestamp, 4);
        const auto piece = rest.first(std::min(chunk_size, rest.size()));
        output.insert(output.end(), piece.begin(), piece.end());
        rest = rest.subspan(piece.size());
    }
}

}  // namespace tally::rtmp
