#include "package/sample_clock.hpp"

#include "package/fixtures.hpp"

#include <doctest/doctest.h>

using namespace tally::package::fixtures;
using namespace tally;

namespace {

struct Source {
    package::SampleClock clock{48'000};
    media::FormatPtr format = audio_format();

    std::optional<std::uint64_t> place(Milliseconds dts, bool seam = false) {
        media::Frame frame;
        frame.kind = Kind::audio;
        frame.dts = dts;
        frame.discontinuity = seam;
        frame.format = format;
        return clock.place(frame);
    }
};

}  // namespace

TEST_CASE("audio lies end to end although its timestamps are rounded to milliseconds") {
    Source source;
    for (std::uint64_t i = 0; i < 1000; ++i)
        CHECK(source.place(Milliseconds(i * 1024 / 48)) == i * 1024);
}

TEST_CASE("a drift of up to 40 ms is left alone, a hole beyond it is real") {
    Source source;
    CHECK(source.place(0ms) == 0);
    CHECK(source.place(60ms) == 1024);
    CHECK(source.place(100ms) == 4800);
    CHECK(source.place(121ms) == 5824);
}

TEST_CASE("a source that sends too many samples loses one frame at a time") {
    Source source;
    CHECK(source.place(0ms) == 0);
    CHECK(source.place(0ms) == 1024);
    CHECK_FALSE(source.place(0ms));  // 2048 samples are 42.7 ms
    CHECK(source.place(30ms) == 2048);
}

TEST_CASE("a seam re-anchors to the timestamp, never back into what was placed") {
    Source source;
    source.place(0ms);
    CHECK(source.place(10ms, true) == 1024);
    CHECK(source.place(50ms, true) == 2400);
}

TEST_CASE("another sample rate keeps the timescale of the rendition") {
    Source source;
    source.place(0ms);
    source.format = audio_format(44'100);
    const auto first = *source.place(1000ms);
    CHECK(first == 48'000);
    std::uint64_t last = 0;
    for (int i = 1; i <= 441; ++i)
        last = *source.place(1000ms + Milliseconds(i * 10'240 / 441));
    CHECK(last - first == 441 * 1024 * 480 / 441);
}

TEST_CASE("times stay exact after years") {
    const package::SampleClock clock(44'100);
    CHECK(clock.to_timescale(std::chrono::hours(24 * 3650)) == 24ULL * 3650 * 3600 * 44'100);
}
