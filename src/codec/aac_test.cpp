#include "codec/aac.hpp"

#include "codec/fixtures.hpp"

#include <doctest/doctest.h>

namespace tally::codec {

using fixtures::from_hex;

TEST_CASE("AAC-LC stereo at 48 kHz") {
    const auto record = fixtures::aac_stereo();
    const auto format = parse_audio_specific_config(record);
    REQUIRE(format);
    CHECK(format->codec == Codec::aac);
    CHECK(format->sample_rate == 48'000);
    CHECK(format->channels == 2);
    CHECK(format->samples_per_frame == 1024);
    CHECK(format->codecs == "mp4a.40.2");
    CHECK(format->configuration == record);
}

TEST_CASE("AAC-LC mono at 44.1 kHz") {
    const auto format = parse_audio_specific_config(fixtures::aac_mono());
    REQUIRE(format);
    CHECK(format->sample_rate == 44'100);
    CHECK(format->channels == 1);
}

TEST_CASE("two bytes are enough") {
    const auto format = parse_audio_specific_config(from_hex("1210"));
    REQUIRE(format);
    CHECK(format->sample_rate == 44'100);
    CHECK(format->channels == 2);
}

TEST_CASE("a sample rate outside of the table is spelt out") {
    // object type 2, index 15, 24 bits of 50 000, channel configuration 2
    const auto format = parse_audio_specific_config(from_hex("178061a810"));
    REQUIRE(format);
    CHECK(format->sample_rate == 50'000);
    CHECK(format->channels == 2);
}

TEST_CASE("channel configurations 6 and 7 are 5.1 and 7.1") {
    CHECK(parse_audio_specific_config(from_hex("11b0")).value().channels == 6);
    CHECK(parse_audio_specific_config(from_hex("11b8")).value().channels == 8);
}

TEST_CASE("explicit SBR plays at the doubled rate, in frames twice as long") {
    // object type 5 at 24 kHz stereo, extension rate 48 kHz, object type 2
    const auto format = parse_audio_specific_config(from_hex("2b118800"));
    REQUIRE(format);
    CHECK(format->sample_rate == 48'000);
    CHECK(format->samples_per_frame == 2048);
    CHECK(format->channels == 2);
    CHECK(format->codecs == "mp4a.40.5");
}

TEST_CASE("SBR announced behind an AAC-LC configuration counts as well") {
    // object type 2 at 24 kHz stereo, then 0x2b7, object type 5, present, 48 kHz
    const auto format = parse_audio_specific_config(from_hex("131056e598"));
    REQUIRE(format);
    CHECK(format->sample_rate == 48'000);
    CHECK(format->samples_per_frame == 2048);
    CHECK(format->codecs == "mp4a.40.5");
}

TEST_CASE("parametric stereo makes two channels of one") {
    // object type 29 at 24 kHz mono, extension rate 48 kHz, object type 2
    const auto format = parse_audio_specific_config(from_hex("eb098800"));
    REQUIRE(format);
    CHECK(format->channels == 2);
    CHECK(format->codecs == "mp4a.40.29");
}

TEST_CASE("a program config element counts the channels of configuration 0") {
    // 48 kHz, one front channel pair, no comment
    const auto format = parse_audio_specific_config(from_hex("118004c400002000"));
    REQUIRE(format);
    CHECK(format->channels == 2);
}

TEST_CASE("silence is an access unit for AAC-LC in mono and stereo, and unknown for the rest") {
    const auto silence_of = [](std::string_view record) {
        return silent_aac_frame(parse_audio_specific_config(from_hex(record)).value());
    };
    CHECK(silence_of("1188") == from_hex("00c800802380"));
    CHECK(silence_of("1190") == from_hex("210049900219002380"));
    CHECK(silence_of("11b0").empty());      // 5.1
    CHECK(silence_of("2b118800").empty());  // SBR
}

TEST_CASE("another object type is refused by its number") {
    const auto format = parse_audio_specific_config(from_hex("f9464000"));
    REQUIRE_FALSE(format);
    CHECK(format.error().code == Errc::unsupported);
    CHECK(format.error().context == "aac: audio object type 42; AAC-LC and HE-AAC are handled");
}

TEST_CASE("an empty configuration is too short, not of another object type") {
    CHECK(parse_audio_specific_config({}).error().code == Errc::truncated);
    CHECK(parse_audio_specific_config(from_hex("12")).error().code == Errc::truncated);
}

TEST_CASE("what a configuration cannot mean is refused") {
    CHECK_FALSE(parse_audio_specific_config(from_hex("1690")));      // sample rate index 13 is reserved
    CHECK_FALSE(parse_audio_specific_config(from_hex("1240")));      // channel configuration 8 is reserved
    CHECK_FALSE(parse_audio_specific_config(from_hex("2b168800")));  // SBR from 24 kHz to a reserved rate
}

}  // namespace tally::codec
