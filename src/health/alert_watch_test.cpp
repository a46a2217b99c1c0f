#include "health/testing.hpp"

using namespace std::chrono_literals;
using namespace tally;
using namespace tally::health;
using media::Second;

namespace {

void jitters(Second& second, Observation&) {
    second.jitter = 3;
}

}  // namespace

TEST_CASE("a cause that ends within the hold raises nothing") {
    Watch watch;
    watch.feed(20);
    for (int i = 0; i < 5; ++i) {
        watch.feed(9, jitters);
        watch.feed(1);
    }
    CHECK_FALSE(watch.alert("jitter_high"));
}

TEST_CASE("between the bounds an alert goes on: raising and clearing differ") {
    Watch watch;
    watch.feed(20);
    watch.feed(12, jitters);
    REQUIRE(watch.alert("jitter_high"));
    watch.feed(60, [](Second& second, Observation&) { second.jitter = 1.7; });
    CHECK(watch.alert("jitter_high"));
    watch.feed(31);
    CHECK_FALSE(watch.alert("jitter_high"));
}

TEST_CASE("an alert that comes back within ten minutes is the same one, once more") {
    Watch watch;
    watch.feed(20);
    watch.feed(12, jitters);
    const auto first = watch.last("jitter_high");
    watch.feed(40);
    REQUIRE_FALSE(watch.alert("jitter_high"));
    watch.feed(12, jitters);
    const auto second = watch.last("jitter_high");
    CHECK(second->id == first->id);
    CHECK(second->occurrences == 2);
    CHECK_FALSE(second->resolved);
    watch.feed(40);
    watch.feed(601);
    watch.feed(12, jitters);
    CHECK(watch.last("jitter_high")->id != first->id);
    CHECK(watch.last("jitter_high")->occurrences == 1);
}

TEST_CASE("while it lasts an alert is told of four times a minute, not every second") {
    Watch watch;
    watch.feed(20);
    watch.feed(12, jitters);
    const auto before = watch.changes.size();
    watch.feed(60, jitters);
    CHECK(watch.changes.size() - before == 4);
    CHECK(watch.changes.back().kind == ChangeKind::updated);
}

TEST_CASE("without media neither trouble nor peace is concluded") {
    Watch watch;
    watch.feed(20);
    watch.feed(12, jitters);
    watch.pass(120);
    CHECK(watch.alert("jitter_high"));
}

TEST_CASE("severity rolls up to status and score") {
    Watch watch;
    watch.feed(20);
    CHECK(watch.figure("score") == 100);
    watch.feed(12, jitters);
    CHECK(watch.health.status() == Status::degraded);
    CHECK(watch.figure("score") == 88);
    watch.feed(12, [](Second& second, Observation& now) {
        jitters(second, now);
        second.video = {};
    });
    CHECK(watch.health.status() == Status::critical);
    CHECK(watch.figure("score") <= 48);
}

TEST_CASE("with the stream all its alerts end, and a later process takes up what was open") {
    Watch watch;
    watch.feed(20);
    watch.feed(12, jitters);
    const auto open = watch.last("jitter_high");
    StreamHealth later({}, {*open});
    Watch next;
    next.health = std::move(later);
    next.clock = watch.clock;
    next.feed(5);
    CHECK(next.alert("jitter_high") == std::nullopt);
    const auto document = next.health.document();
    REQUIRE(document.at("issues").as_array().size() >= 1);
    CHECK(std::string(document.at("issues").as_array().front().at("alertId").as_string()) == open->id);
    const auto ended = next.health.end(next.clock.now());
    REQUIRE(ended.size() == 1);
    CHECK(ended.front().alert.id == open->id);
    CHECK(ended.front().alert.resolved);
}
