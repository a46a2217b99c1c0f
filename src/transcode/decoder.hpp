// Decoders for what encoders send: one thread each, and bounds on what they are given.
#pragma once

#include "base/bytes.hpp"
#include "transcode/libav.hpp"

#include <cstdint>

namespace tally::transcode {

enum class Decodes : std::uint8_t { h264, aac };

/// Pictures have 4096 × 2304 pixels at most. Errc::too_large for a configuration over 64 KiB.
Result<CodecContext> open_decoder(Decodes what, const Bytes& configuration);

/// A copy of `payload`, padded as libav's decoders want it.
Result<PacketPtr> packet_of(const Bytes& payload);

}  // namespace tally::transcode
