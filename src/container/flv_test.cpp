#include "container/flv.hpp"

#include "codec/fixtures.hpp"

#include <doctest/doctest.h>

namespace tally::container::flv {

using codec::fixtures::from_hex;

TEST_CASE("an AVC sequence header carries the configuration") {
    const auto message = from_hex("17000000000164001f");
    const auto tag = parse_video(message);
    REQUIRE(tag);
    CHECK(tag->codec == codec::Codec::h264);
    CHECK(tag->packet == PacketType::sequence_header);
    CHECK(tag->keyframe);
    CHECK(Bytes(tag->body.begin(), tag->body.end()) == from_hex("0164001f"));
}

TEST_CASE("composition times are signed 24 bits") {
    const auto later = from_hex("2701000050aa");
    CHECK(parse_video(later).value().composition_time == 80);
    CHECK_FALSE(parse_video(later).value().keyframe);
    const auto earlier = from_hex("2701ffffd8aa");
    CHECK(parse_video(earlier).value().composition_time == -40);
}

TEST_CASE("what is written reads back") {
    const auto body = from_hex("0000000165");
    for (const auto packet : {PacketType::sequence_header, PacketType::frames, PacketType::end_of_sequence}) {
        const VideoTag tag{.packet = packet, .keyframe = true, .composition_time = -8'388'608, .body = body};
        const auto message = write_video(tag);
        const auto read = parse_video(message);
        REQUIRE(read);
        CHECK(read->packet == packet);
        CHECK(read->keyframe);
        CHECK(read->composition_time == -8'388'608);
        CHECK(Bytes(read->body.begin(), read->body.end()) == body);
    }
    for (const auto packet : {PacketType::sequence_header, PacketType::frames}) {
        const auto message = write_audio({.packet = packet, .body = body});
        CHECK(message.front() == 0xaf);
        const auto read = parse_audio(message);
        REQUIRE(read);
        CHECK(read->packet == packet);
        CHECK(Bytes(read->body.begin(), read->body.end()) == body);
    }
}

TEST_CASE("an empty audio message is silence") {
    const auto tag = parse_audio({});
    REQUIRE(tag);
    CHECK(tag->packet == PacketType::frames);
    CHECK(tag->body.empty());
}

TEST_CASE("a seek hint is no frame") {
    const auto message = from_hex("5700");
    CHECK(parse_video(message).value().packet == PacketType::command);
}

TEST_CASE("codecs that are not carried are refused by name") {
    const auto vp6 = parse_video(from_hex("1400"));
    REQUIRE_FALSE(vp6);
    CHECK(vp6.error().code == Errc::unsupported);
    CHECK(vp6.error().context == "flv: video codec 4 VP6; send H.264");
    const auto mp3 = parse_audio(from_hex("2f00"));
    REQUIRE_FALSE(mp3);
    CHECK(mp3.error().context == "flv: audio codec 2 MP3; send AAC");
}

TEST_CASE("Enhanced RTMP is recognised and refused with its FourCC") {
    const auto hevc = parse_video(from_hex("9068766331"));
    REQUIRE_FALSE(hevc);
    CHECK(hevc.error().code == Errc::unsupported);
    CHECK(hevc.error().context == "flv: Enhanced RTMP video \"hvc1\"; send H.264 as legacy RTMP");
    const auto garbage = parse_video(from_hex("9000ff0a41"));
    REQUIRE_FALSE(garbage);
    CHECK(garbage.error().context == "flv: Enhanced RTMP video \"???A\"; send H.264 as legacy RTMP");
    const auto opus = parse_audio(from_hex("904f707573"));
    REQUIRE_FALSE(opus);
    CHECK(opus.error().context == "flv: Enhanced RTMP audio \"Opus\"; send AAC as legacy RTMP");
}

TEST_CASE("tags that end within their header, and packet types that do not exist, are errors") {
    CHECK(parse_video({}).error().code == Errc::truncated);
    CHECK(parse_video(from_hex("17000000")).error().code == Errc::truncated);
    CHECK(parse_audio(from_hex("af")).error().code == Errc::truncated);
    CHECK(parse_video(from_hex("1703000000")).error().code == Errc::malformed);
    CHECK(parse_audio(from_hex("af02")).error().code == Errc::malformed);
}

}  // namespace tally::container::flv
