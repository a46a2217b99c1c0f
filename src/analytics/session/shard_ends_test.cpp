// Where views end: with the broadcast, with the process, and those that come back after.
#include "analytics/session/shard_testing.hpp"

using namespace tally;
using namespace tally::analytics;
using namespace std::chrono_literals;
using Fixture = test::ShardFixture;
using test::shard_start;

TEST_CASE("a view of a recording begins with its media, and goes on after a pause where it was") {
    Fixture f;
    f.broadcast = std::make_shared<BroadcastEntry>(
        *BroadcastId::parse("vod_bc_1"), *ChannelId::parse("ch_1"), shard_start
    );
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
    CHECK(after.sessions.at(0).started == shard_start);
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

TEST_CASE("the end of the broadcast ends every view") {
    Fixture f;
    f.deliver(1);
    f.report(2, PlayerState::playing);
    f.shard.close(*f.broadcast, f.now);
    CHECK(f.figures().viewers == 0);
    CHECK(f.gather().sessions.size() == 2);
}
