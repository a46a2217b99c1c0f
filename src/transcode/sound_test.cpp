#include "transcode/sound.hpp"

#include "transcode/fixtures.hpp"
#include "transcode/loudness.hpp"

#include <cmath>
#include <numbers>

namespace tally::transcode {
namespace {

using Wave = std::function<double(int)>;

constexpr int half_a_second = 24;  // frames

Wave tone(double hertz, double amplitude) {
    return [=](int sample) { return amplitude * std::sin(2 * std::numbers::pi * hertz * sample / 48'000); };
}

Sound heard(const Wave& wave) {
    const auto sound = listen_to(sound_of(half_a_second, wave));
    REQUIRE(sound);
    return *sound;
}

}  // namespace

TEST_CASE("the level is that of the samples, and silence is told from a whisper") {
    CHECK(heard([](int) { return 0; }).level_db == -120);
    CHECK(heard(tone(440, 0.0005)).level_db == doctest::Approx(-69).epsilon(0.02));
    CHECK(heard(tone(440, 0.1)).level_db == doctest::Approx(-23).epsilon(0.02));
    CHECK(heard(tone(440, 0.1)).clipped == 0);
}

TEST_CASE("samples cut off at full scale are counted") {
    const auto loud = tone(440, 3);
    const auto cut = [&](int sample) { return std::clamp(loud(sample), -1.0, 1.0); };
    CHECK(heard(cut).clipped > 0.002);
    CHECK(heard(tone(440, 0.9)).clipped == 0);
}

// EBU Tech 3341, case 1: a stereo sine of 1 kHz at -23 dBFS is at -23 LUFS.
TEST_CASE("loudness is what the standard's test signals say") {
    const auto blocks = [](double level_db) {
        return heard(tone(1000, std::pow(10, level_db / 20))).loudness;
    };
    const double quiet = blocks(-23);
    CHECK(gated_loudness(std::vector{quiet, quiet}) == doctest::Approx(-23).epsilon(0.01));
    CHECK(gated_loudness(std::vector{blocks(-33)}) == doctest::Approx(-33).epsilon(0.01));
}

TEST_CASE("pauses do not make speech less loud, and silence has no loudness") {
    const double speech = 0.01;
    CHECK(gated_loudness(std::vector{speech, 1e-9, speech, 1e-5}) == gated_loudness(std::vector{speech}));
    CHECK(std::isinf(gated_loudness(std::vector{1e-9})));
    CHECK(std::isinf(gated_loudness({})));
}

TEST_CASE("frames that are scrambled, empty or of another codec are errors or sound, never a crash") {
    CHECK_FALSE(listen_to({}));
    const auto frames = sound_of(8, tone(440, 0.1));
    std::vector<media::FramePtr> scrambled;
    for (const auto& frame : frames) {
        auto copy = *frame;
        for (std::size_t i = 0; i < copy.payload.size(); ++i)
            copy.payload[i] = static_cast<std::uint8_t>(i * 37 + 11);
        scrambled.push_back(std::make_shared<const media::Frame>(copy));
    }
    static_cast<void>(listen_to(scrambled));
    auto other = *frames.front();
    other.format = std::make_shared<const codec::Format>(codec::VideoFormat{});
    CHECK_FALSE(listen_to({std::make_shared<const media::Frame>(other)}));
    other.format = nullptr;
    CHECK_FALSE(listen_to({std::make_shared<const media::Frame>(other)}));
}

}  // namespace tally::transcode
