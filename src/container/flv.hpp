// The tags that RTMP's audio and video messages are: a header in front of a codec's bytes (Adobe FLV v10.1,
// annex E.4).
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "codec/format.hpp"

#include <cstdint>

namespace tally::container::flv {

enum class PacketType : std::uint8_t {
    sequence_header,  // body: the codec's configuration record
    frames,           // body: an access unit
    end_of_sequence,  // nothing follows in this format
    command,          // a hint to a player that seeks; nothing to decode
};

/// `body` lies in the message it was parsed from.
struct VideoTag {
    codec::Codec codec = codec::Codec::h264;
    PacketType packet = PacketType::frames;
    bool keyframe = false;
    std::int32_t composition_time = 0;  // PTS - DTS in milliseconds, 24 bits
    ByteView body;
};

/// An empty body of type frames is silence, not an error: some encoders send it while muted.
struct AudioTag {
    codec::Codec codec = codec::Codec::aac;
    PacketType packet = PacketType::frames;
    ByteView body;
};

/// The body of an RTMP message of type 9. Errc::unsupported names the codec for the operator.
Result<VideoTag> parse_video(ByteView message);
/// The body of an RTMP message of type 8.
Result<AudioTag> parse_audio(ByteView message);

Bytes write_video(const VideoTag& tag);
Bytes write_audio(const AudioTag& tag);

}  // namespace tally::container::flv
