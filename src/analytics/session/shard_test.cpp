#include "analytics/session/shard_testing.hpp"

using namespace tally;
using namespace tally::analytics;
using namespace std::chrono_literals;
using Fixture = test::ShardFixture;
using test::shard_start;

TEST_CASE("a player without a script counts from its first playlist until its lease runs out") {
    Fixture f;
    f.deliver(7);
    CHECK(f.figures().viewers == 1);
    CHECK(f.figures().joins == 1);
    for (int i = 0; i < 5; ++i) {
        f.pass(2s);
        f.deliver(7);
    }
    CHECK(f.figures().viewers == 1);
    f.pass(11s);
    CHECK(f.figures().viewers == 1);
    f.pass(2s);
    CHECK(f.figures().viewers == 0);
    CHECK(f.figures().leaves == 1);
    const auto facts = f.gather();
    REQUIRE(facts.sessions.size() == 1);
    CHECK(facts.sessions[0].exit == Exit::expired);
    CHECK(facts.sessions[0].counters.play_ms == 10'000);
    CHECK(facts.sessions[0].counters.bytes == 6000);
    CHECK(facts.sessions[0].ended == shard_start + 10s);
}

TEST_CASE("a closed connection leaves at once") {
    Fixture f;
    f.deliver(7);
    f.pass(3s);
    f.deliver(7, true);
    CHECK(f.figures().viewers == 0);
    CHECK(f.gather().sessions.at(0).exit == Exit::clean);
}

TEST_CASE("lost, doubled and reordered reports leave the totals right") {
    Fixture f;
    f.report(1, PlayerState::starting);
    f.pass(1s);
    f.report(1, PlayerState::playing, {.startup_ms = 800, .play_ms = 0});
    f.pass(10s);
    const Beacon second{
        .time = f.now, .sequence = 50, .bitrate_kbps = 3000, .play_ms = 9000, .dropped_frames = 4
    };
    f.pass(10s);
    const Beacon third{
        .time = f.now, .sequence = 51, .bitrate_kbps = 3000, .play_ms = 19'000, .dropped_frames = 6
    };
    CHECK(f.report(1, PlayerState::playing, third) == Taken::counted);
    CHECK(f.report(1, PlayerState::playing, second) == Taken::counted);
    CHECK(f.report(1, PlayerState::playing, third) == Taken::duplicate);
    f.report(1, PlayerState::quit, {.sequence = 52, .play_ms = 19'500});
    CHECK(f.figures().viewers == 0);
    const auto facts = f.gather().sessions.at(0);
    CHECK(facts.counters.play_ms == 19'500);
    CHECK(facts.counters.dropped_frames == 6);
    CHECK(facts.startup_ms == 800);
    CHECK(facts.exit == Exit::clean);
    CHECK(facts.first_frame == shard_start + 1s);
}

TEST_CASE("stalls of known length are counted, short ones apart") {
    Fixture f;
    f.report(1, PlayerState::playing, {.startup_ms = 100, .stalls = 0, .play_ms = 0, .rebuffer_ms = 0});
    f.pass(5s);
    f.report(1, PlayerState::rebuffering, {.stalls = 1, .play_ms = 5000});
    CHECK(f.figures().rebuffering == 1);
    f.pass(1s);
    f.report(
        1,
        PlayerState::playing,
        {.stalls = 1, .play_ms = 5000, .rebuffer_ms = 1000, .stall_duration_ms = 1000}
    );
    f.pass(2s);
    f.report(
        1, PlayerState::playing, {.stalls = 2, .play_ms = 6950, .rebuffer_ms = 1050, .stall_duration_ms = 50}
    );
    const auto facts = f.gather().sessions.at(0);
    CHECK(facts.counters.rebuffers == 1);
    CHECK(facts.counters.micro_stalls == 1);
    CHECK(facts.counters.rebuffer_ms == 1050);
    CHECK(facts.rebuffer_durations_ms == std::vector<std::int64_t>{1000});
}

TEST_CASE("a player that sends states alone is measured by them") {
    Fixture f;
    f.report(1, PlayerState::starting);
    f.pass(2s);
    f.report(1, PlayerState::playing, {.bitrate_kbps = 2000});
    f.pass(10s);
    f.report(1, PlayerState::rebuffering);
    f.pass(3s);
    f.report(1, PlayerState::playing, {.bitrate_kbps = 1000});
    f.pass(5s);
    f.report(1, PlayerState::ended);
    const auto facts = f.gather().sessions.at(0);
    CHECK(facts.counters.play_ms == 15'000);
    CHECK(facts.counters.rebuffer_ms == 3000);
    CHECK(facts.counters.rebuffers == 1);
    CHECK(facts.counters.switches_down == 1);
    CHECK(facts.counters.bitrate_kbps_ms == 2000 * 10'000 + 1000 * 5000);
}

TEST_CASE("two views of one viewer are one viewer") {
    Fixture f;
    f.report(1, PlayerState::playing, {.viewer = 99});
    f.report(2, PlayerState::playing, {.viewer = 99});
    CHECK(f.figures().viewers == 1);
    CHECK(f.figures().views == 2);
    f.report(1, PlayerState::quit);
    CHECK(f.figures().viewers == 1);
    CHECK(f.figures().leaves == 0);
    f.report(2, PlayerState::quit);
    CHECK(f.figures().viewers == 0);
    CHECK(f.shard.audience(f.broadcast).uniques.count() == 1);
}

TEST_CASE("a player that tells its viewer later was the same viewer all along") {
    Fixture f;
    f.deliver(1);
    CHECK(f.figures().joins == 1);
    f.pass(1s);
    f.report(1, PlayerState::playing, {.viewer = 99});
    CHECK(f.figures().viewers == 1);
    CHECK(f.figures().joins == 1);
    f.pass(3s);
    CHECK(f.shard.audience(f.broadcast).uniques.count() == 1);
}

TEST_CASE("a paused viewer counts half a minute") {
    Fixture f;
    f.report(1, PlayerState::playing);
    f.pass(1s);
    f.report(1, PlayerState::paused);
    for (int i = 0; i < 2; ++i) {
        f.pass(10s);
        f.report(1, PlayerState::paused);
    }
    CHECK(f.figures().viewers == 1);
    f.pass(9s);
    f.report(1, PlayerState::paused);
    CHECK(f.figures().viewers == 1);
    f.pass(3s);
    CHECK(f.figures().viewers == 0);
    CHECK(f.figures().paused == 1);
    f.report(1, PlayerState::playing);
    CHECK(f.figures().viewers == 1);
}

TEST_CASE("a crashed reporter is gone within 25 seconds") {
    Fixture f;
    f.report(1, PlayerState::playing);
    f.pass(25s);
    CHECK(f.figures().viewers == 0);
    CHECK(f.figures().playing == 0);
}

TEST_CASE("what a minute did adds up to the view, however often it is given") {
    Fixture f;
    std::map<Time, std::int64_t> minutes;
    const auto keep = [&](const FactBatch& batch) {
        for (const auto& facts : batch.minutes)
            minutes[facts.minute] = facts.counters.play_ms;
    };
    f.report(1, PlayerState::playing, {.play_ms = 0});
    for (int i = 1; i <= 15; ++i) {
        f.pass(10s);
        f.report(1, PlayerState::playing, {.play_ms = i * 10'000});
        keep(f.gather(i % 2 == 0));
    }
    f.report(1, PlayerState::quit, {.play_ms = 150'000});
    keep(f.gather());
    CHECK(minutes.size() == 3);
    std::int64_t sum = 0;
    for (const auto& [minute, play] : minutes)
        sum += play;
    CHECK(sum == 150'000);
    CHECK(f.gather().sessions.empty());
}

TEST_CASE("media that is seen again, as after a jump back, was played twice") {
    Fixture f;
    const auto playhead = [&](Milliseconds behind, std::int64_t play_ms) {
        f.report(
            1,
            PlayerState::playing,
            {.playhead_ms = (f.now - behind).time_since_epoch().count(), .play_ms = play_ms}
        );
    };
    playhead(0s, 0);
    for (std::int64_t played = 5000; played <= 40'000; played += 5000) {
        f.pass(5s);
        playhead(0s, played);
    }
    for (std::int64_t played = 45'000; played <= 60'000; played += 5000) {
        f.pass(5s);
        playhead(30s, played);
    }
    const auto first = shard_start.time_since_epoch() / media_bucket;
    const auto facts = f.gather();
    REQUIRE(facts.sessions.size() == 1);
    CHECK(facts.sessions[0].played == std::vector<PlayedRun>{{first, first + 4}, {first + 1, first + 3}});
}

TEST_CASE("latency is the median of those who watch") {
    Fixture f;
    for (SessionKey viewer = 1; viewer <= 5; ++viewer)
        f.report(viewer, PlayerState::playing, {.latency_ms = static_cast<Reported>(viewer * 1000)});
    CHECK(*f.shard.audience(f.broadcast).latencies.median() == doctest::Approx(3).epsilon(0.01));
    for (SessionKey viewer = 1; viewer <= 4; ++viewer)
        f.report(viewer, PlayerState::quit);
    CHECK(*f.shard.audience(f.broadcast).latencies.median() == doctest::Approx(5).epsilon(0.01));
}

TEST_CASE("latency is of pictures that move steadily: a standing one falls back by itself") {
    Fixture f;
    f.report(1, PlayerState::playing, {.latency_ms = 3000});
    f.pass(10s);
    f.report(1, PlayerState::rebuffering, {.latency_ms = 12'000});
    f.report(1, PlayerState::unknown, {.latency_ms = 13'000});
    CHECK(*f.shard.audience(f.broadcast).latencies.median() == doctest::Approx(3).epsilon(0.01));
    f.report(1, PlayerState::playing, {.latency_ms = 14'000});
    CHECK(*f.shard.audience(f.broadcast).latencies.median() == doctest::Approx(14).epsilon(0.01));
    f.pass(10s);
    f.report(1, PlayerState::playing, {.latency_ms = 5000});
    f.report(1, PlayerState::rebuffering, {.latency_ms = 5000});
    f.report(1, PlayerState::playing, {.latency_ms = 30'000});
    f.report(1, PlayerState::quit, {.latency_ms = 30'000});
    const auto facts = f.gather();
    REQUIRE(facts.sessions.size() == 1);
    CHECK(facts.sessions[0].counters.latency_ms_sum == 8000);
    CHECK(facts.sessions[0].counters.latency_samples == 2);
}

TEST_CASE("a player that plays much faster than time is left out, and counted as such") {
    Fixture f;
    f.report(1, PlayerState::playing);
    f.pass(1s);
    f.report(1, PlayerState::playing, {.play_ms = 3'600'000});
    CHECK(f.figures().viewers == 0);
    CHECK(f.figures().invalid_views == 1);
}

TEST_CASE("a live session takes less than 400 bytes") {
    CHECK(sizeof(Session) + sizeof(std::uint32_t) + 2 * (sizeof(std::uint64_t) + sizeof(Slab::Row)) <= 400);
}
