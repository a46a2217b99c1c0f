#include "transcode/still.hpp"

#include "transcode/fixtures.hpp"

namespace tally::transcode {
namespace {

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

std::pair<int, int> thumbnail_size(const media::Frame& keyframe, int width) {
    const auto still = Still::of(keyframe, width);
    REQUIRE(still);
    const auto jpeg = still->jpeg();
    REQUIRE(jpeg);
    return jpeg_size(*jpeg);
}

Look look_at(const std::function<std::uint8_t(int x, int y)>& luma) {
    const auto still = Still::of(keyframe_of(luma));
    REQUIRE(still);
    return still->look();
}

}  // namespace

TEST_CASE("a keyframe becomes a JPEG of the width asked for, in the picture's shape") {
    const auto frame = demo_keyframe();
    CHECK(thumbnail_size(frame, 640) == std::pair(640, 360));
    CHECK(thumbnail_size(frame, 321) == std::pair(320, 180));
}

TEST_CASE("a keyframe that is cut short or scrambled is an error") {
    auto frame = demo_keyframe();
    auto scrambled = frame;
    for (std::size_t i = 64; i < scrambled.payload.size(); ++i)
        scrambled.payload[i] = static_cast<std::uint8_t>(i * 37);
    CHECK_FALSE(Still::of(scrambled));
    frame.payload.resize(frame.payload.size() / 2);
    CHECK_FALSE(Still::of(frame));
    frame.payload = {0, 0, 0, 2, 9, 16};
    CHECK_FALSE(Still::of(frame));
    frame.payload.clear();
    CHECK_FALSE(Still::of(frame));
}

TEST_CASE("a configuration that is garbage is an error") {
    auto frame = demo_keyframe();
    auto garbage = std::get<codec::VideoFormat>(*frame.format);
    garbage.configuration.assign(40, 0xA5);
    frame.format = std::make_shared<codec::Format>(garbage);
    CHECK_FALSE(Still::of(frame));
}

TEST_CASE("what is not H.264 video is refused") {
    auto frame = demo_keyframe();
    frame.format = std::make_shared<codec::Format>(codec::AudioFormat{});
    const auto audio = Still::of(frame);
    REQUIRE_FALSE(audio);
    CHECK(audio.error().code == Errc::unsupported);
    frame.format = nullptr;
    CHECK_FALSE(Still::of(frame));
}

TEST_CASE("black is black in studio range, and a title or a dark scene is not") {
    CHECK(look_at([](int, int) { return std::uint8_t{16}; }).brightest() < 2);
    const auto title = look_at([](int x, int y) -> std::uint8_t {
        return x > 200 && x < 440 && y > 160 && y < 200 ? 235 : 16;
    });
    CHECK(title.brightest() > 200);
    CHECK(look_at([](int x, int) { return static_cast<std::uint8_t>(16 + x / 10); }).brightest() > 50);
}

TEST_CASE("a still picture does not change, and one that moves in one corner does") {
    const auto scene = [](int at) {
        return [at](int x, int y) -> std::uint8_t {
            const bool hand = x > at && x < at + 30 && y > 300 && y < 330;
            return hand ? 180 : static_cast<std::uint8_t>(40 + (x * 7 + y * 13) % 120);
        };
    };
    const auto before = look_at(scene(20));
    CHECK(look_at(scene(20)).change_since(before) == 0);
    CHECK(look_at(scene(60)).change_since(before) > 20);
}

}  // namespace tally::transcode
