#include "load/playback.hpp"

#include <doctest/doctest.h>

namespace tally::load {
namespace {

using namespace std::chrono_literals;

}  // namespace

TEST_CASE("playing starts with the first segment and stands when the buffer is empty") {
    ManualClock clock;
    Playback playback(clock.monotonic());
    clock.advance(300ms);
    playback.advance(clock.monotonic());
    CHECK_FALSE(playback.startup());
    playback.append(clock.monotonic(), 2000ms, clock.now() - 2500ms);
    CHECK(playback.startup() == 300ms);
    CHECK(playback.latency(clock.now()) == 2500ms);

    clock.advance(1500ms);
    playback.append(clock.monotonic(), 2000ms, clock.now() - 2000ms);
    CHECK(playback.buffered() == 2500ms);
    CHECK(playback.stalls() == 0);

    clock.advance(3000ms);
    playback.advance(clock.monotonic());
    CHECK(playback.stalls() == 1);
    clock.advance(700ms);
    playback.append(clock.monotonic(), 2000ms, clock.now() - 2000ms);
    CHECK(playback.stalls() == 1);
    CHECK(playback.stalled() == 1200ms);
    CHECK(playback.played() == 4000ms);
}

TEST_CASE("with a cushion, playing starts and goes on once that much is there") {
    ManualClock clock;
    Playback playback(clock.monotonic(), 1000ms);
    playback.append(clock.monotonic(), 600ms, std::nullopt);
    CHECK_FALSE(playback.startup());
    clock.advance(200ms);
    playback.append(clock.monotonic(), 600ms, std::nullopt);
    CHECK(playback.startup() == 200ms);
    clock.advance(1500ms);
    playback.append(clock.monotonic(), 600ms, std::nullopt);
    CHECK_FALSE(playback.is_playing());
    clock.advance(400ms);
    playback.append(clock.monotonic(), 600ms, std::nullopt);
    CHECK(playback.is_playing());
    CHECK(playback.stalls() == 1);
    CHECK(playback.stalled() == 700ms);
    CHECK(playback.played() == 1200ms);
}

TEST_CASE("the end of a stream is no stall") {
    ManualClock clock;
    Playback playback(clock.monotonic());
    playback.append(clock.monotonic(), 1000ms, std::nullopt);
    playback.finish();
    clock.advance(5000ms);
    playback.advance(clock.monotonic());
    CHECK(playback.stalls() == 0);
    CHECK(playback.played() == 1000ms);
    CHECK_FALSE(playback.latency(clock.now()));
}

}  // namespace tally::load
