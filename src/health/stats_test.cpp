#include "health/stats.hpp"

#include "health/testing.hpp"

using namespace std::chrono_literals;
using namespace tally;
using health::Watch;

namespace {

std::vector<health::Minute> all(const Watch& watch) {
    const auto& minutes = watch.health.history().minutes();
    return {minutes.begin(), minutes.end()};
}

json::object last(const Watch& watch, std::chrono::seconds span, std::chrono::seconds interval = 0s) {
    const auto now = watch.clock.now();
    return health::stats_document({.from = now - span, .to = now, .interval = interval}, all(watch));
}

}  // namespace

TEST_CASE("the history thins with age: seconds, then ten seconds, then minutes") {
    Watch watch;
    watch.feed(7 * 3600);
    std::map<std::int64_t, std::size_t> points;
    for (const auto& minute : watch.health.history().minutes())
        points[minute.step] += minute.points.size();
    CHECK(points[1] >= 540);
    CHECK(points[1] <= 660);
    CHECK(points[10] == doctest::Approx(6 * 350).epsilon(0.03));
    CHECK(points[60] == doctest::Approx(60).epsilon(0.05));
}

TEST_CASE("averages survive the thinning, and dropped frames stay a sum") {
    Watch watch;
    watch.feed(60, [](media::Second& second, health::Observation&) { second.video.missing = 1; });
    watch.feed(700);
    const auto document = last(watch, 800s);
    CHECK(document.at("intervalSeconds") == 10);
    CHECK(document.at("summary").at("bitrate").at("avg").to_number<double>() == doctest::Approx(3000));
    CHECK(document.at("summary").at("droppedFrames").at("total").to_number<double>() == 60);
}

TEST_CASE("gaps are null, never zero") {
    Watch watch;
    watch.feed(20);
    watch.pass(20);
    const auto document = last(watch, 30s, 1s);
    const auto& points = document.at("points").as_array();
    CHECK(points.front().at("bitrate").is_number());
    CHECK(points.back().at("bitrate").is_null());
    CHECK(points.back().at("droppedFrames").is_null());
}

TEST_CASE("the interval asked for is never finer than what is kept") {
    Watch watch;
    watch.feed(1000);
    CHECK(last(watch, 900s, 1s).at("interval") == "10s");
    CHECK(last(watch, 200s, 1s).at("interval") == "1s");
    CHECK(last(watch, 200s, 60s).at("interval") == "1m");
}

TEST_CASE("only the metrics asked for are printed") {
    Watch watch;
    watch.feed(5);
    const auto now = watch.clock.now();
    const auto document =
        health::stats_document({.from = now - 5s, .to = now, .metrics = {"fps", "rttMs"}}, all(watch));
    CHECK(document.at("points").as_array().front().as_object().size() == 3);
}

TEST_CASE("a minute comes back from its stored form as it went in") {
    Watch watch;
    watch.feed(30);
    watch.pass(5);
    const auto minute = watch.health.history().minutes().back();
    const auto restored = health::restore(minute.start, minute.step, health::store(minute));
    REQUIRE(restored);
    REQUIRE(restored->points.size() == minute.points.size());
    CHECK(restored->points.front().at == minute.points.front().at);
    CHECK(restored->points.back()[health::Metric::bitrate] == minute.points.back()[health::Metric::bitrate]);
    CHECK(restored->events.size() == minute.events.size());
    CHECK_FALSE(health::restore(minute.start, 1, "{\"points\":[1]}"));
}

TEST_CASE("only minutes that changed are written again") {
    Watch watch;
    watch.feed(120);
    CHECK(watch.health.history().take_changed().size() >= 2);
    CHECK(watch.health.history().take_changed().empty());
    watch.feed(1);
    CHECK(watch.health.history().take_changed().size() == 1);
}
