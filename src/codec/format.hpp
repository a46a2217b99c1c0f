// What a decoder must know before the first frame, in the one shape that every protocol and container shares.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace tally::codec {

enum class Codec : std::uint8_t { h264, hevc, av1, aac, opus };

struct VideoFormat {
    Codec codec = Codec::h264;
    std::uint32_t width = 0;   // luma samples, after cropping
    std::uint32_t height = 0;  // luma samples, after cropping
    std::string codecs;        // RFC 6381: "avc1.64001f"
    Bytes configuration;       // the body of avcC (ISO 14496-15 5.3.3), hvcC or av1C
    friend bool operator==(const VideoFormat&, const VideoFormat&) = default;
};

struct AudioFormat {
    Codec codec = Codec::aac;
    std::uint32_t sample_rate = 0;  // Hz, what plays (with SBR: the doubled rate)
    std::uint32_t channels = 0;
    std::uint32_t samples_per_frame = 1024;
    std::string codecs;   // RFC 6381: "mp4a.40.2"
    Bytes configuration;  // AudioSpecificConfig (ISO 14496-3 1.6.2.1) or dOps
    friend bool operator==(const AudioFormat&, const AudioFormat&) = default;
};

using Format = std::variant<VideoFormat, AudioFormat>;

}  // namespace tally::codec
