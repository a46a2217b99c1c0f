#include "transcode/demo_encoder.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
}

#include <doctest/doctest.h>

#include <cmath>

namespace tally::transcode {
namespace {

constexpr std::int64_t some_second = 1'700'000'000LL;

std::uint8_t lamp_luma(const AVFrame& picture) {
    return picture.data[0][468 * picture.linesize[0] + 1152];
}

}  // namespace

TEST_CASE("the lamp is lit for the first tenth of each second, while the beep sounds") {
    auto picture = DemoPicture::make();
    REQUIRE(picture);
    const DemoTone tone;
    std::vector<float> samples(DemoTone::sample_rate / DemoPicture::rate);
    for (std::int64_t frame = 0; frame < DemoPicture::rate; ++frame) {
        const auto drawn = picture->draw(some_second * DemoPicture::rate + frame);
        REQUIRE(drawn);
        tone.fill((some_second * DemoPicture::rate + frame) * std::ssize(samples), samples);
        const float loudest = std::ranges::max(samples, {}, [](float sample) { return std::abs(sample); });
        const bool lit = lamp_luma(**drawn) > 200;
        CAPTURE(frame);
        CHECK(lit == (frame < DemoPicture::lit_frames));
        CHECK((std::abs(loudest) > 0.05F) == lit);
    }
}

TEST_CASE("keyframes come every two seconds, and sound covers the pictures") {
    auto encoder = DemoEncoder::open();
    REQUIRE(encoder);
    encoder->start_at(some_second * DemoPicture::rate);
    std::vector<std::int64_t> keyframes;
    std::int64_t pictures = 0;
    std::int64_t audio_end = 0;
    const auto count = [&](AVPacket& packet) -> Result<> {
        if (packet.stream_index == DemoEncoder::audio_stream) {
            audio_end = packet.pts + packet.duration;
        } else {
            CHECK(packet.pts == pictures++);
            CHECK(packet.dts == packet.pts);
            if ((packet.flags & AV_PKT_FLAG_KEY) != 0) keyframes.push_back(packet.pts);
        }
        return {};
    };
    while (encoder->frames() < 130)
        REQUIRE(encoder->encode_next(count));
    CHECK(pictures == 130);
    CHECK(keyframes == std::vector<std::int64_t>{0, 60, 120});
    const std::int64_t video_end = 130 * DemoTone::sample_rate / DemoPicture::rate;
    CHECK(std::abs(audio_end - video_end) <= 2 * 1024);
}

}  // namespace tally::transcode
