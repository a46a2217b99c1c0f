// Configurations as real encoders make them, for the tests of every module that handles formats.
#pragma once

#include "base/bytes.hpp"

#include <string_view>

namespace tally::codec::fixtures {

inline Bytes from_hex(std::string_view digits) {
    const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(value(digits[i]) * 16 + value(digits[i + 1])));
    return bytes;
}

// avcC bodies of x264 core 164 (ffmpeg 5.1, libx264 -preset medium, testsrc), AudioSpecificConfigs of its aac
// encoder.

/// 1280x720, 30 frames per second, High, level 3.1, with B-frames.
inline Bytes avc_720p() {
    return from_hex(
        "0164001fffe1001a6764001facd9405005bb0110000003001000000303c0f183196001000668ebe3cb22c0fdf8f800"
    );
}

/// 1920x1080 cropped from 1088, 30000/1001 frames per second, Main, level 4.
inline Bytes avc_1080p() {
    return from_hex("014d4028ffe10018674d4028eca03c0113f2e022000007d20001d4c01e30632c01000568ebe3cb20");
}

/// 44.1 kHz, mono.
inline Bytes aac_mono() {
    return from_hex("120856e500");
}

/// 48 kHz, stereo.
inline Bytes aac_stereo() {
    return from_hex("119056e500");
}

}  // namespace tally::codec::fixtures
