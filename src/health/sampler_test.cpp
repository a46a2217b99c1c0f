#include "health/testing.hpp"

using namespace std::chrono_literals;
using namespace tally;
using health::Watch;
using media::Second;

TEST_CASE("before the first media nothing is measured, and nothing is zero instead") {
    Watch watch;
    watch.pass(1);
    for (const auto* name :
         {"latency", "bufferHealth", "jitter", "bitrate", "fps", "realtimeRatio", "dataAgeMs"})
        CHECK_MESSAGE(watch.is_null(name), name);
    CHECK(watch.health.status() == health::Status::unknown);
}

TEST_CASE("a steady encoder shows its own figures") {
    Watch watch;
    watch.feed(15);
    CHECK(watch.figure("bitrate") == doctest::Approx(3000));
    CHECK(watch.figure("audioBitrate") == doctest::Approx(128));
    CHECK(watch.figure("fps") == doctest::Approx(30));
    CHECK(watch.figure("realtimeRatio") == doctest::Approx(1));
    CHECK(watch.figure("bufferHealth") == doctest::Approx(100));
    CHECK(watch.figure("bitrateStability") == doctest::Approx(1));
    CHECK(watch.figure("keyframeInterval") == doctest::Approx(2));
    CHECK(watch.figure("rttMs") == doctest::Approx(20));
    CHECK(watch.figure("uptime") == doctest::Approx(15));
    CHECK(watch.figure("droppedFrames") == 0);
    CHECK(watch.health.status() == health::Status::healthy);
}

TEST_CASE("an encoder at 0.9 times real time drains the buffer of two parts within seven seconds") {
    Watch watch;
    watch.feed(20);
    const auto slow = [](Second& second, health::Observation&) {
        second.video.media = second.audio.media = 900ms;
    };
    watch.feed(3, slow);
    CHECK(watch.figure("bufferHealth") < 100);
    watch.feed(7, slow);
    CHECK(watch.figure("realtimeRatio") == doctest::Approx(0.9));
    CHECK(watch.figure("bufferHealth") < 80);
    watch.feed(60);
    CHECK(watch.figure("realtimeRatio") == doctest::Approx(1));
    CHECK(watch.figure("bufferHealth") > 90);
}

TEST_CASE("missing frames are counted since the start, over the last minute, and as a share") {
    Watch watch;
    watch.feed(10);
    watch.feed(1, [](Second& second, health::Observation&) { second.video.missing = 6; });
    CHECK(watch.figure("droppedFrames") == 6);
    CHECK(watch.figure("droppedFramesLastMinute") == 6);
    CHECK(watch.figure("droppedFrameRatio") == doctest::Approx(6.0 / (6 + 11 * 30)).epsilon(0.001));
    watch.feed(60);
    CHECK(watch.figure("droppedFrames") == 6);
    CHECK(watch.figure("droppedFramesLastMinute") == 0);
}

TEST_CASE("stability is one less the variation of the bitrate over a minute") {
    Watch watch;
    watch.feed(1);
    for (int i = 0; i < 60; ++i)
        watch.feed(1, [i](Second& second, health::Observation&) {
            second.video.bytes = i % 2 != 0 ? 250'000 : 500'000;
        });
    CHECK(watch.figure("bitrateStability") == doctest::Approx(2.0 / 3).epsilon(0.01));
}

TEST_CASE("a lost encoder leaves a gap, and its return counts as a reconnect with its length") {
    Watch watch;
    watch.feed(10);
    watch.pass(5);
    CHECK(watch.is_null("bitrate") == false);
    CHECK(watch.health.document().at("dataAgeMs").to_number<int>() == 5000);
    watch.pass(6);
    watch.reconnect();
    watch.feed(3);
    CHECK(watch.figure("reconnects") == 1);
    const auto minutes = watch.health.history().minutes();
    std::vector<std::string> types;
    for (const auto& minute : minutes)
        for (const auto& event : minute.events)
            if (event.type != "alert") types.push_back(event.type);
    CHECK(types == std::vector<std::string>{"disconnect", "reconnect"});
}

TEST_CASE("latency is the edge's until players tell") {
    Watch watch;
    watch.around.delivery = {.ingest_ms = 4, .latency = 2.1, .update_age = 0.5};
    watch.feed(2);
    CHECK(watch.figure("latency") == doctest::Approx(2.1));
    CHECK(watch.health.document().at("latencyBasis") == "edge");
    CHECK(watch.health.document().at("latencyBreakdown").at("packageMs").to_number<double>() == 2096);
    watch.around.audience = {.latency = 3.4};
    watch.feed(1);
    CHECK(watch.figure("latency") == doctest::Approx(3.4));
    CHECK(watch.health.document().at("latencyBasis") == "player");
    CHECK(watch.health.document().at("latencyBreakdown").at("playerMs").to_number<double>() == 1300);
}

TEST_CASE("the target latency follows the channel's mode") {
    CHECK(health::Plan{.low_latency = true}.latency_target() == doctest::Approx(3).epsilon(0.01));
    CHECK(health::Plan{}.latency_target() == doctest::Approx(6));
}
