#include "analytics/session/engine.hpp"

#include "analytics/session/on_executor.hpp"
#include "analytics/store/testing.hpp"
#include "net/runtime.hpp"

#include <boost/asio/use_future.hpp>
#include <doctest/doctest.h>

using namespace tally;
using namespace tally::analytics;
using namespace std::chrono_literals;

namespace {

/// Two network threads, the store on disk, a clock that stands still until it is turned.
class EngineFixture {
public:
    EngineFixture() : thread_([this] { runtime_.run(); }) { make_engine(); }

    ~EngineFixture() {
        runtime_.stop();
        thread_.join();
    }

    EngineFixture(const EngineFixture&) = delete;
    EngineFixture& operator=(const EngineFixture&) = delete;

    void make_engine() {
        engine = std::make_unique<Engine>(Engine::Parts{
            .executors = runtime_.executors(),
            .clock = clock,
            .store = facts.store,
            .archive = facts.store,
            .classify = [](const ClientTraits&, Client& client) { client.dimensions.country = "IN"; },
        });
        broadcast = engine->open(test::bc_one, test::ch_001);
    }

    template <class Work>
    auto run(Work work) {
        return asio::co_spawn(
                   runtime_.executor(0),
                   [](Work inner) -> std::invoke_result_t<Work&> {
                       co_return co_await inner();
                   }(std::move(work)),
                   asio::use_future
        )
            .get();
    }

    void report(SessionKey session, Beacon beacon) {
        beacon.session = session;
        run([this, beacon]() -> Async<> {
            co_await on_executor(engine->lane_of(beacon.session).executor(), [this, beacon]() -> Async<> {
                const auto client = engine->here().clients().find({"198.51.100.7", "Test/1"});
                co_await engine->take(PlayerReport{
                    .beacon = beacon,
                    .broadcast = broadcast,
                    .client = client,
                    .claims = {},
                    .received = clock.now()
                });
            });
        });
    }

    void tick() {
        run([this]() -> Async<> { co_await engine->tick(); });
    }

private:
    net::Runtime runtime_{2};  // outlives the workers that answer to it

public:
    ManualClock clock{test::start};
    test::TemporaryFacts facts;

private:
    std::thread thread_;

public:
    std::unique_ptr<Engine> engine;
    BroadcastPtr broadcast;
};

Beacon playing(std::int64_t sequence, std::int64_t play_ms) {
    Beacon beacon;
    beacon.state = PlayerState::playing;
    beacon.sequence = sequence;
    beacon.play_ms = play_ms;
    return beacon;
}

}  // namespace

TEST_CASE("viewers on every thread are one snapshot") {
    EngineFixture f;
    for (SessionKey session = 1; session <= 10; ++session)
        f.report(session, playing(1, 0));
    f.tick();
    const auto snapshot = f.engine->snapshot(test::bc_one.text());
    REQUIRE(snapshot);
    CHECK(snapshot->sample.figures.viewers == 10);
    CHECK(snapshot->sample.by_country.at("IN") == 10);
    CHECK(snapshot->peak_viewers == 10);
    CHECK(snapshot->joins_per_minute == 10);
}

TEST_CASE("a recording is let go when nobody has watched it for a while") {
    EngineFixture f;
    const auto id = *recording_of(test::bc_one);
    const auto entry = f.engine->open(id, test::ch_001);
    f.clock.advance(14min);
    f.tick();
    entry->watched = f.clock.now().time_since_epoch().count();
    f.clock.advance(14min);
    f.tick();
    CHECK(f.engine->broadcasts().find(id.text()));
    CHECK(f.engine->snapshot(test::bc_one.text()));
    f.clock.advance(2min);
    f.tick();
    CHECK_FALSE(f.engine->broadcasts().find(id.text()));
    CHECK(f.engine->broadcasts().find(test::bc_one.text()));
}

TEST_CASE("deliveries find the thread of their view") {
    EngineFixture f;
    f.run([&]() -> Async<> {
        for (SessionKey session = 1; session <= 600; ++session) {
            Delivery delivery;
            delivery.session = session;
            delivery.broadcast = f.broadcast;
            f.engine->take(std::move(delivery));
        }
        co_return;
    });
    f.tick();
    // Half of them wait to be handed over together; the rest of less than a hand-over goes by time.
    CHECK(f.engine->snapshot(test::bc_one.text())->sample.figures.viewers >= 300 + 256);
}

TEST_CASE("settling brings everything into the store, and the end of the broadcast does too") {
    EngineFixture f;
    f.report(1, playing(1, 0));
    f.clock.advance(10s);
    f.report(1, playing(2, 10'000));
    f.run([&]() -> Async<> { co_await f.engine->settle(test::bc_one); });
    REQUIRE(f.facts.sessions().size() == 1);
    CHECK(f.facts.sessions()[0].counters.play_ms == 10'000);
    CHECK(!f.facts.sessions()[0].ended);
    f.run([&]() -> Async<> { co_await f.engine->close(test::bc_one); });
    CHECK(f.facts.sessions()[0].ended == f.clock.now());
    CHECK(f.engine->snapshot(test::bc_one.text())->sample.figures.viewers == 0);
    CHECK(f.engine->snapshot(test::bc_one.text())->peak_viewers == 1);
}

TEST_CASE("a new process goes on with open views, peak and viewers") {
    EngineFixture f;
    for (SessionKey session = 1; session <= 3; ++session)
        f.report(session, playing(1, 0));
    f.tick();
    f.report(3, [] {
        auto beacon = playing(2, 500);
        beacon.state = PlayerState::quit;
        return beacon;
    }());
    f.run([&]() -> Async<> { co_await f.engine->stop(); });
    f.make_engine();
    f.run([&]() -> Async<> {
        const auto restored = co_await f.engine->restore({});
        CHECK(restored);
    });
    f.clock.advance(2s);
    f.report(1, playing(2, 2000));
    f.tick();
    const auto snapshot = f.engine->snapshot(test::bc_one.text());
    CHECK(snapshot->sample.figures.viewers == 1);
    CHECK(snapshot->sample.figures.total_views == 3);
    CHECK(snapshot->peak_viewers == 3);
    f.run([&]() -> Async<> { co_await f.engine->close(test::bc_one); });
    CHECK(f.facts.sessions().size() == 3);
}
