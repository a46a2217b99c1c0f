// Frames and formats as the bytes that every player of a stream gets.
#pragma once

#include "media/frame.hpp"

namespace tally::rtmp {

/// Milliseconds of a player's clock: the stream's timeline, modulo 32 bits.
std::uint32_t wire_timestamp(media::Ticks time);

// Chunked at sent_chunk_size on the media stream:
Bytes write_frame(const media::Frame& frame);
Bytes write_sequence_header(const codec::Format& format, media::Ticks time);
/// onMetaData; either format may be null.
Bytes write_metadata(const media::FormatPtr& video, const media::FormatPtr& audio, media::Ticks time);
/// NetStream.Play.UnpublishNotify and a StreamEOF: the stream is over.
Bytes write_end(media::Ticks time);

}  // namespace tally::rtmp
