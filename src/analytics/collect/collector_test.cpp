#include "analytics/collect/collector.hpp"

#include "analytics/session/on_executor.hpp"
#include "analytics/store/testing.hpp"
#include "net/runtime.hpp"

#include <boost/asio/use_future.hpp>

using namespace tally;
using namespace tally::analytics;
using namespace std::chrono_literals;

namespace {

/// A store that may be away.
class AwayStore final : public Store {
public:
    explicit AwayStore(Store& store) : store_(store) {}

    Task<> append(FactBatch batch) override {
        if (away) return gone<>();
        return store_.append(std::move(batch));
    }

    Task<std::vector<OpenSession>> open_sessions() override {
        return away ? gone<std::vector<OpenSession>>() : store_.open_sessions();
    }

    Task<std::int64_t> erase_viewer(ViewerKey viewer) override { return store_.erase_viewer(viewer); }

    Task<std::vector<SessionFacts>> sessions_of(ViewerKey viewer) override {
        return store_.sessions_of(viewer);
    }

    Task<> read(std::function<void(FactReader&)> job) override {
        return away ? gone<>() : store_.read(std::move(job));
    }

    Task<> keep(BroadcastId broadcast, std::vector<Report> reports) override {
        return store_.keep(std::move(broadcast), std::move(reports));
    }

    Task<std::vector<BroadcastId>> without_report(Time since) override {
        return store_.without_report(since);
    }

    Task<> prune(Time now) override { return store_.prune(now); }

    std::atomic<bool> away = false;

private:
    template <class T = void>
    static Task<T> gone() {
        co_return fail(Errc::io, "away");
    }

    Store& store_;
};

class CollectorFixture {
public:
    CollectorFixture() : thread_([this] { runtime_.run(); }) { start(); }

    ~CollectorFixture() {
        runtime_.stop();
        thread_.join();
    }

    CollectorFixture(const CollectorFixture&) = delete;
    CollectorFixture& operator=(const CollectorFixture&) = delete;

    /// Another process on the same store and journal.
    void start() {
        collector.reset();
        journal = std::make_unique<Journal>(directory_.directory() / "journal", clock);
        engine = std::make_unique<Engine>(Engine::Parts{
            .executors = runtime_.executors(),
            .clock = clock,
            .store = store,
            .archive = store,
            .classify = [](const ClientTraits&, Client&) {},
        });
        if (ended)
            engine->reopen(test::bc_one, test::ch_001, *ended);
        else
            engine->open(test::bc_one, test::ch_001);
        collector = std::make_unique<Collector>(Collector::Parts{
            .engine = *engine, .journal = *journal, .keys = keys, .tokens = tokens, .clock = clock
        });
        CHECK(collector->load());
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

    bool catch_up() {
        return run([this]() -> Async<bool> { co_return (co_await collector->catch_up()).has_value(); });
    }

    /// Of the viewer "a", who has played so much.
    Collected report(std::int64_t number, std::int64_t play_ms, const BroadcastId& on = test::bc_one) {
        CmcdRecord record;
        const std::string sid = "00000000000000aa";
        const auto token = tokens.issue(on, {.sid = sid, .expires = clock.now() + 1h, .claims = {}});
        record.sid = sid;
        record.content = on.text();
        record.token = token;
        record.beacon.sequence = number;
        record.beacon.play_ms = play_ms;
        record.beacon.state = PlayerState::playing;
        record.beacon.time = clock.now();
        return run([&]() -> Async<Collected> {
            return collector->take(
                {record}, {.address = "198.51.100.7", .user_agent = "Test/1", .token = {}}
            );
        });
    }

    /// Second by second, and all of it to the store.
    void pass(std::chrono::seconds time) {
        for (; time > 0s; time -= 1s) {
            clock.advance(1s);
            run([this]() -> Async<> {
                for (const auto& lane : engine->lanes())
                    co_await on_executor(lane->executor(), [this, &lane]() -> Async<> {
                        lane->shard().sweep(clock.now());
                        co_return;
                    });
            });
        }
        run([this]() -> Async<> {
            for (const auto& lane : engine->lanes())
                co_await on_executor(lane->executor(), [&lane]() -> Async<> {
                    CHECK(co_await lane->store(nullptr));
                });
            co_await engine->tick();
        });
    }

private:
    net::Runtime runtime_{2};  // outlives the workers that answer to it

public:
    ManualClock clock{test::start};
    std::optional<Time> ended;  // before start()
    test::TemporaryFacts facts;
    AwayStore store{facts.store};
    Keys keys{"a secret"};
    BeaconTokens tokens{"another"};

private:
    sql::TemporaryStore directory_;
    std::thread thread_;

public:
    std::unique_ptr<Journal> journal;
    std::unique_ptr<Engine> engine;
    std::unique_ptr<Collector> collector;
};

}  // namespace

TEST_CASE("a report that comes after its view was let go is counted in it") {
    CollectorFixture f;
    REQUIRE(f.catch_up());
    CHECK(f.report(1, 0).taken == 1);
    f.pass(10s);
    CHECK(f.report(2, 10'000).taken == 1);
    f.pass(60s);
    f.pass(600s);
    const auto before = f.facts.sessions();
    REQUIRE(before.size() == 1);
    CHECK(before[0].exit == Exit::expired);
    CHECK(f.engine->lane_of(before[0].session).shard().size() == 0);
    CHECK(f.report(3, 25'000).taken == 1);
    CHECK(f.report(2, 10'000).taken == 1);
    f.pass(1s);
    const auto after = f.facts.sessions();
    REQUIRE(after.size() == 1);
    CHECK(after[0].started == before[0].started);
    CHECK(after[0].counters.play_ms == 25'000);
    std::int64_t by_minute = 0;
    f.facts.read([&](FactReader& reader) {
        for (const auto& minute : reader.minutes(test::bc_one))
            by_minute += minute.counters.play_ms;
    });
    CHECK(by_minute == 25'000);
    CHECK(f.engine->snapshot(test::bc_one.text())->sample.figures.total_views == 1);
}

TEST_CASE("what was acknowledged before the store was there is counted once it is") {
    CollectorFixture f;
    REQUIRE(f.catch_up());
    CHECK(f.report(1, 5000).taken == 1);
    f.pass(1s);
    CHECK(f.report(2, 6000).taken == 1);

    f.store.away = true;
    f.start();
    CHECK_FALSE(f.catch_up());
    CHECK_FALSE(f.collector->has_caught_up());
    CHECK(f.report(3, 7000).taken == 1);

    f.start();
    CHECK_FALSE(f.catch_up());
    CHECK(f.report(3, 7000).taken == 1);
    CHECK(f.report(4, 8000).taken == 1);
    f.store.away = false;
    CHECK(f.catch_up());
    CHECK(f.report(5, 9000).taken == 1);
    f.pass(1s);
    const auto views = f.facts.sessions();
    REQUIRE(views.size() == 1);
    CHECK(views[0].started == test::start);
    CHECK(views[0].counters.play_ms == 9000);
}

TEST_CASE("reports on a broadcast that is final are refused and counted as late") {
    CollectorFixture f;
    REQUIRE(f.catch_up());
    CHECK(f.report(1, 5000).taken == 1);
    f.run([&]() -> Async<> { co_await f.engine->close(test::bc_one); });
    f.pass(60s);
    CHECK(f.report(2, 6000).taken == 1);
    f.pass(900s);
    CHECK(f.report(3, 7000).refused == 1);
    for (int i = 0; i < 10; ++i)
        f.pass(1s);
    CHECK(f.facts.sessions().at(0).counters.play_ms == 6000);
    f.facts.read([](FactReader& reader) { CHECK(reader.losses(test::bc_one).late == 1); });
}

TEST_CASE("a broadcast that ended before the process began is reported on until it is final") {
    CollectorFixture f;
    REQUIRE(f.catch_up());
    CHECK(f.report(1, 5000).taken == 1);
    f.run([&]() -> Async<> { co_await f.engine->close(test::bc_one); });
    f.ended = f.clock.now();
    f.pass(300s);
    CHECK(f.report(2, 6000).taken == 1);  // acknowledged, and not stored when the process dies

    f.start();
    REQUIRE(f.catch_up());
    CHECK(f.report(3, 7000).taken == 1);
    f.pass(1s);
    const auto views = f.facts.sessions();
    REQUIRE(views.size() == 1);
    CHECK(views[0].counters.play_ms == 7000);
    CHECK(views[0].ended == *f.ended);
    f.pass(900s);
    CHECK(f.report(4, 8000).refused == 1);
    CHECK(f.facts.sessions()[0].counters.play_ms == 7000);
}

TEST_CASE("reports on a broadcast that became final in an earlier process are counted as late") {
    CollectorFixture f;
    REQUIRE(f.catch_up());
    const auto earlier = *BroadcastId::parse("bc_earlier");
    CHECK(f.report(1, 5000, earlier).refused == 1);
    for (int i = 0; i < 10; ++i)
        f.pass(1s);
    f.facts.read([&](FactReader& reader) { CHECK(reader.losses(earlier).late == 1); });
}
