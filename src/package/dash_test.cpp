#include "package/dash.hpp"

#include <doctest/doctest.h>

using namespace tally;
using namespace tally::package;
using namespace std::chrono_literals;

namespace {

dash::Manifest example() {
    dash::Representation video{
        .id = "720p",
        .codecs = "avc1.64001f",
        .bandwidth = 4'000'000,
        .width = 1280,
        .height = 720,
        .fps = 30000.0 / 1001,
        .presentation_offset = 900'000,
        .init = 2,
        .first_number = 7,
        .segments = {{900'000, 180'000}, {1'080'000, 180'000}, {1'260'000, 180'000}, {1'450'000, 170'000}},
    };
    return {
        .availability_start = Time(1'790'856'000s),
        .published = Time(1'790'856'010s),
        .update_every = 2s,
        .window = 20s,
        .latency = 6s,
        .clock_url = "/time",
        .periods = {{.id = 7, .start = 12'345ms, .representations = {video}}},
    };
}

}  // namespace

TEST_CASE("a live manifest tells its clock, its window and where media time lies") {
    const auto text = dash::render_manifest(example());
    CHECK(text.contains(R"(type="dynamic" availabilityStartTime="2026-10-01T12:00:00.000Z")"));
    CHECK(text.contains(R"(minimumUpdatePeriod="PT2.000S" timeShiftBufferDepth="PT20.000S")"));
    CHECK(text.contains(R"(<Period id="7" start="PT12.345S">)"));
    CHECK(text.contains(R"(frameRate="30000/1001")"));
    CHECK(text.contains(R"(presentationTimeOffset="900000" startNumber="7")"));
    CHECK(text.contains(R"(initialization="$RepresentationID$/init_2.mp4")"));
    CHECK(text.contains(R"(<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="/time"/>)"));
}

TEST_CASE("equal segments fold into one run, a hole starts another") {
    const auto text = dash::render_manifest(example());
    CHECK(text.contains(R"(<S t="900000" d="180000" r="2"/>)"));
    CHECK(text.contains(R"(<S t="1450000" d="170000"/>)"));
}

TEST_CASE("a manifest that has ended is static and asks for no update") {
    auto manifest = example();
    manifest.live = false;
    manifest.duration = 90'500ms;
    const auto text = dash::render_manifest(manifest);
    CHECK(text.contains(R"(type="static" mediaPresentationDuration="PT90.500S")"));
    CHECK_FALSE(text.contains("minimumUpdatePeriod"));
    CHECK_FALSE(text.contains("UTCTiming"));
}

TEST_CASE("segments without a keyframe in front are not promised as access points") {
    auto manifest = example();
    CHECK(dash::render_manifest(manifest).contains("startWithSAP"));
    manifest.periods.front().representations.front().independent = false;
    CHECK_FALSE(dash::render_manifest(manifest).contains("startWithSAP"));
}
