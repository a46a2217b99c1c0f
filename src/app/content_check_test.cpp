#include "app/content_check.hpp"

#include "transcode/fixtures.hpp"

#include <cmath>
#include <future>

using namespace std::chrono_literals;

namespace tally::app {
namespace {

struct Studio {
    explicit Studio(config::Content settings = {}) : check({pictures, stills}, settings) {}

    /// Returns when the worker has seen it.
    void show(std::chrono::seconds at, std::uint8_t grey) {
        auto keyframe = transcode::keyframe_of([grey](int, int) { return grey; });
        keyframe.dts = at;
        check.on_frame(std::make_shared<const media::Frame>(keyframe));
        finish();
    }

    void sound(std::chrono::seconds at, int frames) {
        const auto hum = [](int sample) { return 0.1 * std::sin(sample / 10.0); };
        media::Ticks dts = at;
        for (const auto& encoded : transcode::sound_of(frames, hum)) {
            auto frame = *encoded;
            frame.format = format ? format : frame.format;
            format = frame.format;
            frame.dts = dts;
            dts += media::Ticks(1920);
            check.on_frame(std::make_shared<const media::Frame>(frame));
        }
        finish();
    }

    void finish() {
        std::promise<void> done;
        REQUIRE(pictures.post([&] { done.set_value(); }));
        done.get_future().wait();
    }

    Stills stills;
    WorkerPool pictures{"pictures", 1, 8};
    media::FormatPtr format;
    ContentCheck check;
};

}  // namespace

TEST_CASE("the picture is looked at every four seconds, and compared with the look before") {
    Studio studio;
    CHECK_FALSE(studio.check.content().luma);
    studio.show(0s, 16);
    CHECK(*studio.check.content().luma < 2);
    CHECK_FALSE(studio.check.content().change);
    studio.show(2s, 200);
    CHECK(*studio.check.content().luma < 2);
    studio.show(4s, 200);
    CHECK(*studio.check.content().luma > 200);
    CHECK(*studio.check.content().change > 200);
    studio.show(8s, 200);
    CHECK(*studio.check.content().change < 1);
}

TEST_CASE("a keyframe is decoded once, however many want to see it") {
    Stills stills;
    const auto keyframe = std::make_shared<const media::Frame>(transcode::demo_keyframe());
    const auto first = stills.of(keyframe);
    REQUIRE(first);
    CHECK(*stills.of(keyframe) == *first);
    CHECK(*stills.of(std::make_shared<const media::Frame>(*keyframe)) != *first);
}

TEST_CASE("half a second of sound is heard every two seconds, and a minute makes a loudness") {
    Studio studio;
    studio.sound(0s, 23);
    CHECK_FALSE(studio.check.content().level_db);
    studio.sound(1s, 1);
    CHECK(*studio.check.content().level_db == doctest::Approx(-23).epsilon(0.05));
    CHECK(*studio.check.content().clipped == 0);
    for (int phrase = 1; phrase < 30; ++phrase) {
        CHECK_FALSE(studio.check.content().loudness);
        studio.sound(phrase * 2s, 24);
    }
    CHECK(*studio.check.content().loudness < -15);
}

TEST_CASE("what is switched off is not looked at") {
    Studio blind({.picture = false});
    blind.show(0s, 16);
    CHECK_FALSE(blind.check.content().luma);
    Studio deaf({.sound = false});
    deaf.sound(0s, 24);
    CHECK_FALSE(deaf.check.content().level_db);
}

}  // namespace tally::app
