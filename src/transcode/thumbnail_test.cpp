#include "transcode/thumbnail.hpp"

#include "transcode/demo_encoder.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
}

#include <doctest/doctest.h>

namespace tally::transcode {
namespace {

/// The NAL units of an Annex B byte stream (ISO 14496-10 B.1).
std::vector<ByteView> nal_units(ByteView stream) {
    std::vector<ByteView> units;
    std::size_t start = 0;
    for (std::size_t i = 0; i + 3 <= stream.size(); ++i) {
        if (stream[i] != 0 || stream[i + 1] != 0 || stream[i + 2] != 1) continue;
        const std::size_t end = i > 0 && stream[i - 1] == 0 ? i - 1 : i;
        if (start > 0) units.push_back(stream.subspan(start, end - start));
        start = i + 3;
    }
    if (start > 0) units.push_back(stream.subspan(start));
    return units;
}

Bytes configuration_of(ByteView extradata) {
    const auto units = nal_units(extradata);
    ByteWriter record;
    record.u8(1);
    record.bytes(units.at(0).subspan(1, 3));
    record.u8(0xFF);  // lengths of four bytes
    for (const auto& unit : {units.at(0), units.at(1)}) {
        record.u8(1);
        record.u16(static_cast<std::uint16_t>(unit.size()));
        record.bytes(unit);
    }
    return record.take();
}

Bytes with_lengths(ByteView stream) {
    ByteWriter out;
    for (const auto unit : nal_units(stream)) {
        out.u32(static_cast<std::uint32_t>(unit.size()));
        out.bytes(unit);
    }
    return out.take();
}

/// The demo's first picture, as ingest would hand it over.
media::Frame keyframe() {
    auto encoder = DemoEncoder::open();
    REQUIRE(encoder);
    media::Frame frame;
    frame.keyframe = true;
    const auto keep_video = [&](AVPacket& packet) -> Result<> {
        const ByteView data(packet.data, static_cast<std::size_t>(packet.size));
        if (packet.stream_index == DemoEncoder::video_stream) frame.payload = with_lengths(data);
        return {};
    };
    REQUIRE(encoder->encode_next(keep_video));
    const auto& video = encoder->video();
    frame.format = std::make_shared<codec::Format>(codec::VideoFormat{
        .width = DemoPicture::width,
        .height = DemoPicture::height,
        .codecs = "avc1.64001f",
        .configuration = configuration_of({video.extradata, static_cast<std::size_t>(video.extradata_size)}),
    });
    return frame;
}

/// Width and height from the baseline frame header (ITU-T T.81 B.2.2).
std::pair<int, int> jpeg_size(const Bytes& jpeg) {
    for (std::size_t i = 0; i + 9 <= jpeg.size(); ++i) {
        if (jpeg[i] != 0xFF || jpeg[i + 1] != 0xC0) continue;
        ByteReader header(ByteView(jpeg).subspan(i + 5, 4));
        const int height = header.u16();
        return {header.u16(), height};
    }
    return {};
}

}  // namespace

TEST_CASE("a keyframe becomes a JPEG of the width asked for, in the picture's shape") {
    const auto frame = keyframe();
    const auto normal = render_thumbnail(frame);
    REQUIRE(normal);
    CHECK(jpeg_size(*normal) == std::pair(640, 360));
    const auto odd = render_thumbnail(frame, 321);
    REQUIRE(odd);
    CHECK(jpeg_size(*odd) == std::pair(320, 180));
}

TEST_CASE("a keyframe that is cut short or scrambled is an error") {
    auto frame = keyframe();
    auto scrambled = frame;
    for (std::size_t i = 64; i < scrambled.payload.size(); ++i)
        scrambled.payload[i] = static_cast<std::uint8_t>(i * 37);
    CHECK_FALSE(render_thumbnail(scrambled));
    frame.payload.resize(frame.payload.size() / 2);
    CHECK_FALSE(render_thumbnail(frame));
    frame.payload = {0, 0, 0, 2, 9, 16};
    CHECK_FALSE(render_thumbnail(frame));
    frame.payload.clear();
    CHECK_FALSE(render_thumbnail(frame));
}

TEST_CASE("a configuration that is garbage is an error") {
    auto frame = keyframe();
    auto garbage = std::get<codec::VideoFormat>(*frame.format);
    garbage.configuration.assign(40, 0xA5);
    frame.format = std::make_shared<codec::Format>(garbage);
    CHECK_FALSE(render_thumbnail(frame));
}

TEST_CASE("what is not H.264 video is refused") {
    auto frame = keyframe();
    frame.format = std::make_shared<codec::Format>(codec::AudioFormat{});
    const auto audio = render_thumbnail(frame);
    REQUIRE_FALSE(audio);
    CHECK(audio.error().code == Errc::unsupported);
    frame.format = nullptr;
    CHECK_FALSE(render_thumbnail(frame));
}

}  // namespace tally::transcode
