// Messages into chunks (specification 5.3.1).
#pragma once

#include "rtmp/message.hpp"

namespace tally::rtmp {

/// The fixed chunk stream ids that Tally sends on: all below 64, so that a basic header is one byte.
enum class ChunkStream : std::uint8_t {
    control = 2,
    command = 3,
    media_command = 5,
    audio = 6,
    video = 7,
    data = 8
};

/// Appends `message` cut into chunks of `chunk_size` bytes. Every message starts with a full header, so its
/// bytes depend on nothing that was sent before.
void write_chunks(Bytes& output, ChunkStream chunk_stream, const Message& message, std::size_t chunk_size);

}  // namespace tally::rtmp
