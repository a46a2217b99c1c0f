#include "analytics/session/newcomer_limit.hpp"
#include "analytics/session/shard_testing.hpp"

#include <doctest/doctest.h>

using namespace tally;
using namespace tally::analytics;
using namespace std::chrono_literals;

namespace {

struct ValidityFixture : test::ShardFixture {
    void deliver(Delivery::Kind kind = Delivery::Kind::playlist, bool crowded = false) {
        Delivery delivery;
        delivery.session = 1;
        delivery.kind = kind;
        delivery.broadcast = broadcast;
        delivery.client = client;
        delivery.bytes = 1000;
        delivery.crowded = crowded;
        shard.take(delivery, now);
    }

    Taken report(Beacon beacon, bool crowded = false) { return report_of(1, std::move(beacon), crowded); }

    Taken report_of(SessionKey session, Beacon beacon, bool crowded = false) {
        beacon.session = session;
        if (beacon.state == PlayerState::unknown) beacon.state = PlayerState::playing;
        PlayerReport report;
        report.beacon = beacon;
        report.broadcast = broadcast;
        report.client = client;
        report.received = now;
        report.crowded = crowded;
        return shard.take(report, now);
    }

    Validity validity() {
        FactBatch batch;
        shard.gather(0, {.running_minute = true}, now, batch);
        if (!batch.sessions.empty()) newest_ = batch.sessions.at(0).validity;
        return newest_;
    }

private:
    Validity newest_ = Validity::valid;
};

}  // namespace

TEST_CASE("a player that asks for playlists alone is suspected, until it takes media") {
    ValidityFixture f;
    f.deliver();
    CHECK(f.validity() == Validity::valid);
    f.deliver(Delivery::Kind::idle);
    CHECK(f.validity() == Validity::suspect);
    CHECK(f.figures().suspects == 1);
    CHECK(f.figures().viewers == 1);
    f.deliver(Delivery::Kind::media);
    CHECK(f.validity() == Validity::valid);
    CHECK(f.figures().suspects == 0);
}

TEST_CASE("views from data centres are suspected for good; those from elsewhere are not") {
    ValidityFixture f;
    auto hosted = std::make_shared<Client>();
    hosted->dimensions.asn = 16509;
    f.client = hosted;
    f.deliver();
    f.deliver(Delivery::Kind::media);
    CHECK(f.validity() == Validity::suspect);
    CHECK(f.figures().suspects == 1);
    CHECK(f.figures().viewers == 1);
    ValidityFixture g;
    auto at_home = std::make_shared<Client>();
    at_home->dimensions.asn = 3320;
    g.client = at_home;
    g.deliver();
    CHECK(g.validity() == Validity::valid);
}

TEST_CASE("views that were played alike to the millisecond are suspected, all of them") {
    ValidityFixture f;
    const auto play = [&](SessionKey first, SessionKey last, auto odd) {
        for (Reported i = 1; i <= 8; ++i) {
            f.now += 1s;
            for (auto session = first; session <= last; ++session)
                f.report_of(session, {.sequence = i, .play_ms = 1000 * i + odd(session)});
        }
    };
    play(1, 6, [](SessionKey) { return 7; });
    CHECK(f.figures().suspects == 6);
    play(11, 20, [](SessionKey session) { return static_cast<Reported>(session); });
    CHECK(f.figures().suspects == 6);
    play(31, 40, [](SessionKey) { return 0; });
    CHECK(f.figures().suspects == 6);
    CHECK(f.figures().views == 26);
}

TEST_CASE("views that one address began in a crowd are suspected for good") {
    ValidityFixture f;
    f.deliver(Delivery::Kind::playlist, true);
    f.deliver(Delivery::Kind::media);
    CHECK(f.validity() == Validity::suspect);
    ValidityFixture g;
    g.report({.sequence = 1}, true);
    CHECK(g.validity() == Validity::suspect);
    CHECK(g.figures().suspects == 1);
}

TEST_CASE("one report again and again is suspected") {
    ValidityFixture f;
    f.report({.sequence = 1});
    for (int i = 0; i < 19; ++i) {
        f.now += 1s;
        CHECK(f.report({.sequence = 1}) == Taken::duplicate);
    }
    CHECK(f.validity() == Validity::valid);
    f.now += 1s;
    f.report({.sequence = 1});
    CHECK(f.validity() == Validity::suspect);
    CHECK(f.figures().suspects == 1);
}

TEST_CASE("who says it plays and hardly gets on is suspected, who stalls or pauses is not") {
    ValidityFixture f;
    auto pass = [&, sequence = std::int64_t{0}](Beacon beacon) mutable {
        f.now += 10s;
        beacon.sequence = ++sequence;
        f.report(beacon);
    };
    pass({.play_ms = 0});
    pass({.play_ms = 5000, .rebuffer_ms = 5000});
    pass({.state = PlayerState::paused, .play_ms = 5000, .rebuffer_ms = 5000});
    pass({.state = PlayerState::paused, .play_ms = 5000, .rebuffer_ms = 5000});
    pass({.play_ms = 5000, .rebuffer_ms = 5000});
    pass({.play_ms = 14'000, .rebuffer_ms = 5000});
    pass({.play_ms = 23'000, .rebuffer_ms = 5000});
    CHECK(f.validity() == Validity::valid);
    for (int i = 0; i < 5; ++i)
        pass({.play_ms = 23'000 + i, .rebuffer_ms = 5000});
    CHECK(f.validity() == Validity::suspect);
}

TEST_CASE("who shows what has not happened yet is suspected") {
    ValidityFixture f;
    const auto ms = [&](auto ahead) { return (f.now + ahead).time_since_epoch().count(); };
    f.report({.sequence = 1, .playhead_ms = ms(30s), .play_ms = 0});
    CHECK(f.validity() == Validity::valid);
    f.now += 5s;
    f.report({.sequence = 2, .playhead_ms = ms(600'000ms), .play_ms = 5000});
    CHECK(f.validity() == Validity::suspect);
}

TEST_CASE("128 reports before the newest are known one by one") {
    ValidityFixture f;
    f.report({.sequence = 1000});
    f.now += 10s;
    CHECK(f.report({.sequence = 1100}) == Taken::counted);
    CHECK(f.report({.sequence = 1000}) == Taken::duplicate);
    CHECK(f.report({.sequence = 1001}) == Taken::counted);
    CHECK(f.report({.sequence = 1001}) == Taken::duplicate);
    CHECK(f.report({.sequence = 1100 - 127}) == Taken::counted);
    CHECK(f.report({.sequence = 1100 - 128}) == Taken::duplicate);
    CHECK(f.report({.sequence = 1164}) == Taken::counted);
    CHECK(f.report({.sequence = 1100}) == Taken::duplicate);
    CHECK(f.report({.sequence = 1099}) == Taken::counted);
    CHECK(f.report({.sequence = 9000}) == Taken::counted);
    CHECK(f.report({.sequence = 8999}) == Taken::counted);
}

TEST_CASE("what a request says of playing is of a view whose player does not report") {
    ValidityFixture f;
    Delivery delivery;
    delivery.session = 1;
    delivery.broadcast = f.broadcast;
    delivery.client = f.client;
    delivery.told =
        std::make_shared<const Beacon>(Beacon{.bitrate_kbps = 3000, .throughput_kbps = 9000, .starved = true}
        );
    f.shard.take(delivery, f.now);
    f.now += 4s;
    delivery.told = std::make_shared<const Beacon>(Beacon{.bitrate_kbps = 1000});
    f.shard.take(delivery, f.now);
    FactBatch batch;
    f.shard.gather(0, {.running_minute = true}, f.now, batch);
    const auto& counters = batch.sessions.at(0).counters;
    CHECK(counters.bitrate_kbps_ms == 3000 * 4000);
    CHECK(counters.throughput_kbps_sum == 9000);
    CHECK(counters.rebuffers == 1);
    CHECK(counters.switches_down == 1);
    CHECK_FALSE(batch.sessions.at(0).beaconed);
}

TEST_CASE("an address begins three views a minute, and goes on with those it has") {
    NewcomerLimit limit;
    CHECK(limit.fits(1, 10, test::shard_start));
    CHECK(limit.fits(1, 11, test::shard_start));
    CHECK(limit.fits(1, 12, test::shard_start));
    CHECK_FALSE(limit.fits(1, 13, test::shard_start + 59s));
    CHECK(limit.fits(2, 13, test::shard_start));
    CHECK(limit.fits(1, 10, test::shard_start + 59s));
    CHECK(limit.fits(1, 14, test::shard_start + 60s));
    CHECK(NewcomerLimit::concerns("8.8.8.8"));
    CHECK_FALSE(NewcomerLimit::concerns("127.0.0.1"));
    CHECK_FALSE(NewcomerLimit::concerns("100.64.0.1"));
    CHECK_FALSE(NewcomerLimit::concerns("nowhere"));
}
