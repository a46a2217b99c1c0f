#include "analytics/session/shard.hpp"

#include <doctest/doctest.h>

using namespace tally;
using namespace tally::analytics;
using namespace std::chrono_literals;

namespace {

constexpr Time start{std::chrono::minutes(28'000'000)};

struct Fixture {
    Time now = start;
    BroadcastPtr broadcast =
        std::make_shared<BroadcastEntry>(*BroadcastId::parse("bc_1"), *ChannelId::parse("ch_1"), start);
    Shard shard{[this](const PresenceChange& change) { shard.take(change); }};
    ClientPtr client = std::make_shared<Client>();

    void deliver(SessionKey session, bool closed = false) {
        shard.take(
            Delivery{
                .session = session,
                .broadcast = broadcast,
                .client = client,
                .claims = nullptr,
                .told = nullptr,
                .protocol = Protocol::hls,
                .bytes = 1000,
                .closed = closed,
            },
            now
        );
    }

    /// `sequence` counts on by itself.
    Taken report(SessionKey session, PlayerState state, Beacon beacon = {}) {
        beacon.session = session;
        beacon.state = state;
        if (beacon.time == Time()) beacon.time = now;
        if (beacon.sequence == absent) beacon.sequence = ++sequence;
        return shard.take(
            PlayerReport{
                .beacon = beacon, .broadcast = broadcast, .client = client, .claims = {}, .received = now
            },
            now
        );
    }

    void pass(Milliseconds time) {
        for (; time > 0ms; time -= 1000ms) {
            now += std::min(time, 1000ms);
            shard.sweep(now);
        }
    }

    const AudienceFigures& figures() { return shard.audience(broadcast).figures; }

    FactBatch gather(bool running_minute = true) {
        FactBatch batch;
        for (std::optional<Slab::Row> row = 0; row;)
            row = shard.gather(*row, {.running_minute = running_minute}, now, batch);
        return batch;
    }

    int sequence = 0;
};

}  // namespace

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
    CHECK(facts.sessions[0].ended == start + 10s);
}

TEST_CASE("a view of a recording begins with its media, and goes on after a pause where it was") {
    Fixture f;
    f.broadcast =
        std::make_shared<BroadcastEntry>(*BroadcastId::parse("vod_bc_1"), *ChannelId::parse("ch_1"), start);
    const auto take = [&] {
        f.shard.take(
            Delivery{
                .session = 7,
                .kind = Delivery::Kind::media,
                .broadcast = f.broadcast,
                .client = f.client,
                .claims = nullptr,
                .told = nullptr,
                .bytes = 1000,
            },
            f.now
        );
    };
    take();
    f.pass(4s);
    take();
    f.pass(60s);
    CHECK(f.figures().viewers == 0);
    take();
    f.pass(4s);
    take();
    const auto facts = f.gather();
    REQUIRE(facts.sessions.size() == 1);
    CHECK(facts.sessions[0].broadcast.text() == "vod_bc_1");
    CHECK(facts.sessions[0].counters.play_ms == 8000);
    CHECK(facts.sessions[0].counters.bytes == 4000);
    CHECK(facts.sessions[0].played.empty());  // of which time of the broadcast is not known
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
    CHECK(facts.first_frame == start + 1s);
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

TEST_CASE("a view goes on after a restart where its rows were, and replay counts nothing twice") {
    Fixture f;
    f.report(1, PlayerState::playing, {.startup_ms = 500, .play_ms = 0});
    f.pass(30s);
    f.report(1, PlayerState::playing, {.play_ms = 30'000});
    auto batch = f.gather();
    Fixture g;
    g.now = f.now;
    g.sequence = f.sequence;
    g.shard.restore({batch.sessions.at(0), batch.minutes.at(0)}, g.broadcast, {}, g.now);
    CHECK(g.figures().total_views == 1);
    CHECK(g.report(1, PlayerState::playing, {.sequence = g.sequence, .play_ms = 30'000}) == Taken::duplicate);
    g.pass(20s);
    g.report(1, PlayerState::playing, {.play_ms = 50'000});
    CHECK(g.figures().viewers == 1);
    const auto after = g.gather();
    CHECK(after.minutes.at(0).minute == batch.minutes.at(0).minute);
    CHECK(after.minutes.at(0).counters.play_ms == 50'000);
    CHECK(after.sessions.at(0).counters.play_ms == 50'000);
    CHECK(after.sessions.at(0).started == start);
}

TEST_CASE("who watches without reports is counted to the last that is known of a process that was killed") {
    Fixture f;
    f.deliver(7);
    for (int i = 0; i < 3; ++i) {
        f.pass(2s);
        f.deliver(7);
    }
    const auto stored = f.gather();
    REQUIRE(stored.sessions.size() == 1);
    CHECK(stored.sessions[0].counters.play_ms == 6000);
    // It goes on for more than is stored: 30 s of that are known to have been counted.
    const auto counted = f.now + 30s;
    Fixture next;
    next.broadcast = f.broadcast;
    next.now = f.now + 45s;
    next.shard.restore({.session = stored.sessions[0], .minute = {}}, f.broadcast, counted, next.now);
    next.deliver(7);
    next.pass(2s);
    next.deliver(7);
    const auto facts = next.gather();
    REQUIRE(facts.sessions.size() == 1);
    CHECK(facts.sessions[0].counters.play_ms == 6000 + 30'000 + 12'000 + 2000);
}

TEST_CASE("a view that was over before a restart is not begun again under its key") {
    Fixture f;
    f.shard.restore_gone(7, *f.broadcast);
    f.deliver(7);
    const auto facts = f.gather();
    REQUIRE(facts.sessions.size() == 1);
    CHECK(facts.sessions[0].session != 7);
}

TEST_CASE("a player that comes back long after is another view, and its late reports are not counted twice") {
    Fixture f;
    f.deliver(1);
    f.pass(20s);
    f.gather();
    f.pass(150s);
    CHECK(f.shard.size() == 0);
    CHECK(f.report(1, PlayerState::playing, {.play_ms = 90'000}) == Taken::gone);
    f.deliver(1);
    CHECK(f.figures().viewers == 1);
    CHECK(f.gather().sessions.at(0).session != 1);
    CHECK(f.report(1, PlayerState::playing, {.play_ms = 90'000}) == Taken::late);
}

TEST_CASE("a view that was let go and is put back takes late reports, and is the same view") {
    Fixture f;
    f.report(1, PlayerState::playing, {.play_ms = 0});
    f.pass(10s);
    f.report(1, PlayerState::playing, {.play_ms = 10'000});
    f.pass(60s);
    const auto stored = f.gather().sessions.at(0);
    CHECK(stored.exit == Exit::expired);
    f.pass(200s);
    CHECK(f.shard.size() == 0);
    f.shard.put_back(stored, f.broadcast, f.now);
    CHECK(f.report(1, PlayerState::playing, {.play_ms = 20'000}) == Taken::counted);
    CHECK(f.figures().total_views == 1);
    CHECK(f.figures().viewers == 1);
    const auto after = f.gather();
    CHECK(after.sessions.at(0).started == stored.started);
    CHECK(after.sessions.at(0).counters.play_ms == 20'000);
    REQUIRE(after.minutes.size() == 1);
    CHECK(after.minutes.at(0).counters.play_ms == 10'000);
}

TEST_CASE("after the end of the broadcast a late report is counted, and nobody watches") {
    Fixture f;
    f.report(1, PlayerState::playing);
    f.shard.close(*f.broadcast, f.now);
    f.broadcast->closed = f.now.time_since_epoch().count();
    f.pass(2s);
    CHECK(f.report(1, PlayerState::playing, {.play_ms = 1000}) == Taken::counted);
    CHECK(f.report(2, PlayerState::playing, {.play_ms = 1000}) == Taken::counted);
    CHECK(f.figures().viewers == 0);
    for (const auto& view : f.gather().sessions)
        CHECK(view.ended);
}

TEST_CASE("a view is in the store soon after it began, and again when its minute is over") {
    Fixture f;
    f.deliver(1);
    f.pass(3s);
    f.deliver(1);
    FactBatch batch;
    f.shard.gather(0, {}, f.now, batch);
    REQUIRE(batch.sessions.size() == 1);
    CHECK_FALSE(batch.sessions.at(0).ended);
    f.pass(2s);
    f.deliver(1);
    batch = {};
    f.shard.gather(0, {}, f.now, batch);
    CHECK(batch.sessions.empty());
}

TEST_CASE("what was on when the process ended is known from the journal, and counted once") {
    Fixture f;
    const Beacon at_720{.bitrate_kbps = 2500, .play_ms = 10'000, .rendition_height = 720};
    f.report(1, PlayerState::playing, {.bitrate_kbps = 2500, .play_ms = 0, .rendition_height = 720});
    f.pass(10s);
    f.report(1, PlayerState::playing, at_720);
    auto stored = f.gather().sessions.at(0);
    stored.journal = 5;
    Fixture g;
    g.now = f.now;
    g.shard.restore({.session = stored}, g.broadcast, {}, g.now);
    PlayerReport again{
        .beacon = at_720, .broadcast = g.broadcast, .client = g.client, .claims = {}, .received = g.now
    };
    again.beacon.session = 1;
    again.beacon.state = PlayerState::playing;
    again.beacon.time = g.now;
    again.journal = 5;
    again.replayed = true;
    CHECK(g.shard.take(again, g.now) == Taken::duplicate);
    g.pass(10s);
    g.sequence = 10;
    g.report(1, PlayerState::playing, {.play_ms = 20'000});
    const auto after = g.gather().sessions.at(0);
    CHECK(after.counters.play_ms == 20'000);
    CHECK(after.counters.bitrate_ms == 20'000);
    CHECK(after.renditions == std::vector{RenditionFacts{720, 20'000}});
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
    const auto first = start.time_since_epoch() / media_bucket;
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

TEST_CASE("the end of the broadcast ends every view") {
    Fixture f;
    f.deliver(1);
    f.report(2, PlayerState::playing);
    f.shard.close(*f.broadcast, f.now);
    CHECK(f.figures().viewers == 0);
    CHECK(f.gather().sessions.size() == 2);
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
