#include "media/meter.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace tally;
using media::Kind;
using media::Ticks;

namespace {

media::FormatPtr video_format() {
    return std::make_shared<const codec::Format>(
        codec::VideoFormat{.width = 1280, .height = 720, .codecs = "avc1.64001f", .configuration = {}}
    );
}

struct Feed {
    ManualClock clock;
    media::Meter meter{clock};
    media::FormatPtr format = video_format();
    std::int64_t frame = 0;

    Feed() { meter.start(clock.monotonic()); }

    void video(Milliseconds waited = 40ms, bool keyframe = false) {
        meter.count({
            .keyframe = keyframe,
            .dts = frame * 40ms,
            .pts = frame * 40ms,
            .format = format,
            .captured = clock.now(),
            .arrived = clock.monotonic(),
            .payload = Bytes(500),
        });
        ++frame;
        clock.advance(waited);
    }
};

}  // namespace

TEST_CASE("nothing is measured before the first second has passed") {
    Feed feed;
    feed.video();
    CHECK(feed.meter.measured() == nullptr);
    CHECK(feed.meter.history().empty());
}

TEST_CASE("a second tells frames, bytes, rate and size") {
    Feed feed;
    for (int i = 0; i < 76; ++i)
        feed.video(40ms, i % 25 == 0);
    const auto measured = feed.meter.measured();
    REQUIRE(measured);
    CHECK(measured->last.video.frames == 25);
    CHECK(measured->last.video.bytes == 12'500);
    CHECK(measured->last.keyframe_interval == 1s);
    CHECK(measured->video->fps == doctest::Approx(25));
    CHECK(measured->video->kbps == 100);
    CHECK(measured->video->height == 720);
    CHECK_FALSE(measured->audio);
    CHECK(feed.meter.history().size() == 3);
}

TEST_CASE("a steady source has no jitter, one that arrives in pairs has one frame interval") {
    Feed steady;
    for (int i = 0; i < 100; ++i)
        steady.video();
    CHECK(steady.meter.measured()->last.jitter == doctest::Approx(0));
    Feed paired;
    for (int i = 0; i < 200; ++i)
        paired.video(i % 2 ? 80ms : 0ms);
    CHECK(paired.meter.measured()->last.jitter == doctest::Approx(1).epsilon(0.05));
    CHECK(paired.meter.measured()->last.jitter_ms == doctest::Approx(40).epsilon(0.05));
}

TEST_CASE("a gap in the timestamps counts the frames that are missing") {
    Feed feed;
    for (int i = 0; i < 10; ++i)
        feed.video();
    feed.frame += 5;
    for (int i = 0; i < 30; ++i)
        feed.video();
    CHECK(feed.meter.measured()->missing_frames == 5);
}

TEST_CASE("silence shows as empty seconds, and the history keeps ten minutes") {
    Feed feed;
    feed.video();
    for (int i = 0; i < 700; ++i) {
        feed.clock.advance(1s);
        feed.meter.roll(feed.clock.monotonic());
    }
    const auto history = feed.meter.history();
    CHECK(history.size() == 600);
    CHECK(history.back()->number == history.front()->number + 599);
    CHECK(history.back()->video.frames == 0);
    CHECK(feed.meter.history(3).size() == 3);
}

TEST_CASE("late frames that readers report land in the next second") {
    Feed feed;
    feed.meter.count_late(7);
    feed.clock.advance(1s);
    feed.meter.roll(feed.clock.monotonic());
    CHECK(feed.meter.measured()->last.late == 7);
}
