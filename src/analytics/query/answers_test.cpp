// The answers beside the summary, on the small audience.
#include "analytics/query/breakdowns.hpp"
#include "analytics/query/concurrency.hpp"
#include "analytics/query/engagement.hpp"
#include "analytics/query/quality.hpp"
#include "analytics/query/testing.hpp"
#include "analytics/query/time_series.hpp"
#include "analytics/query/watch_time.hpp"

namespace tally::analytics {

using namespace test;

namespace {

std::vector<SessionFacts> many(SessionKey first, std::size_t count, const Dimensions& dimensions) {
    std::vector<SessionFacts> views;
    for (std::size_t i = 0; i < count; ++i) {
        views.push_back(view(first + i, 0, 100));
        views.back().dimensions = dimensions;
    }
    return views;
}

}  // namespace

TEST_CASE("quality of the small audience") {
    TemporaryFacts facts;
    facts.append({
        .sessions = small_audience(),
        .minutes =
            {{.broadcast = bc_one,
              .minute = at(0),
              .session = 1,
              .viewer = 1,
              .counters = {.play_ms = 30'000, .rebuffer_ms = 10'000}}},
    });
    const auto answer = ask(facts, a_question(), quality_answer);
    CHECK(number(answer.at("rebufferCountPerView")) == doctest::Approx(2.0 / 3).epsilon(1e-5));
    CHECK(number(answer.at("rebufferFrequencyPerHour")) == 24);
    CHECK(number(answer.at("rebufferDurationMs").at("p50")) == doctest::Approx(4000).epsilon(0.01));
    CHECK(number(answer.at("rebufferDurationMs").at("p95")) == doctest::Approx(6000).epsilon(0.01));
    CHECK(number(answer.at("viewsWithRebuffering")) == doctest::Approx(1.0 / 3).epsilon(1e-5));
    CHECK(number(answer.at("errorRate")) == 0.4);
    CHECK(number(answer.at("videoStartFailureRate")) == 0.2);
    CHECK(answer.at("errors").at(0).at("code") == "frag.timeout");
    CHECK(answer.at("errors").at(0).at("count") == 3);
    CHECK(
        number(answer.at("resolutionShare").at(0).at("share")) == doctest::Approx(150.0 / 190).epsilon(1e-5)
    );
    CHECK(answer.at("scores").at("scoredViews") == 4);  // one does not report
    CHECK(number(answer.at("scores").at("playbackSuccess")) == 62.5);
    CHECK(answer.at("worst").as_array().empty());
    REQUIRE(answer.at("series").at("points").as_array().size() == 1);
    CHECK(number(answer.at("series").at("points").at(0).at("bufferingRate")) == 0.25);
    CHECK(
        number(answer.at("series").at("points").at(0).at("startupP95")) == doctest::Approx(1000).epsilon(0.01)
    );
}

TEST_CASE("the worst are those who pull the whole down most, by how many they are") {
    auto stalling = many(100, 20, {.country = "IN", .asn = 55'836});
    for (auto& each : stalling)
        each.counters.rebuffer_ms = 100'000;
    auto few = many(200, 5, {.country = "FR"});
    for (auto& each : few)
        each.counters.rebuffer_ms = 900'000;
    TemporaryFacts facts;
    facts.append({.sessions = many(300, 75, {.country = "DE"})});
    facts.append({.sessions = stalling});
    facts.append({.sessions = few});
    const auto answer = ask(facts, a_question(), quality_answer);
    const double whole = 6'500.0 / (10'000 + 6'500);
    REQUIRE(answer.at("worst").as_array().size() == 2);  // AS55836 and India; too few are French
    CHECK(number(answer.at("worst").at(0).at("impact")) == doctest::Approx(20 * (0.5 - whole)).epsilon(0.01));
}

TEST_CASE("a series has a point for every bucket, and null where nothing was observed") {
    TemporaryFacts facts;
    auto rows = counted({4, 6, 8, 2, 0, 10});
    rows.erase(rows.begin() + 2, rows.begin() + 4);  // 20 s to 40 s were not observed
    rows[0].joins = 4;
    facts.append({
        .sessions = small_audience(),
        .minutes = {{.broadcast = bc_one, .minute = at(0), .session = 1, .counters = {.play_ms = 50'000}}},
        .audience = rows,
    });
    const auto by = [&](std::chrono::seconds interval, std::vector<std::string> metrics = {}) {
        return ask(facts, a_question(), [&](FactReader& reader, const Question& question) {
            return time_series(reader, question, {.interval = interval, .metrics = metrics});
        });
    };
    const auto fine = by(std::chrono::seconds(10));
    CHECK(fine.at("interval") == "10s");
    const auto& points = fine.at("points").as_array();
    REQUIRE(points.size() == 20);
    CHECK(number(points[0].at("viewers")) == 4);
    CHECK(points[0].at("joins") == 4);
    CHECK(points[0].at("uniqueViewersCumulative") == 1);
    CHECK(points[0].at("watchTimeSeconds").is_null());
    CHECK(number(points[1].at("uniqueViewersCumulative")) == 2);
    CHECK(points[2].at("viewers").is_null());
    CHECK(points[3].at("uniqueViewersCumulative").is_null());
    CHECK(number(points[4].at("viewers")) == 0);
    CHECK(points[6].at("viewers").is_null());
    CHECK(fine.at("peak").at("viewers") == 10);
    CHECK(fine.at("peak").at("t") == json::string(to_rfc3339(at(50))));

    const auto coarse = by(std::chrono::seconds(60), {"viewers", "watchTimeSeconds"});
    REQUIRE(coarse.at("points").as_array().size() == 4);
    const auto& minute = coarse.at("points").at(0).as_object();
    CHECK(number(minute.at("viewers")) == 5);
    CHECK(number(minute.at("watchTimeSeconds")) == 50);
    CHECK_FALSE(minute.contains("joins"));
    CHECK(coarse.at("points").at(1).at("watchTimeSeconds").is_null());
}

TEST_CASE("days of a series begin where the caller lives") {
    TemporaryFacts facts;
    const auto answer =
        ask(facts,
            a_question({.utc_offset = std::chrono::minutes(330), .timezone = "+05:30"}),
            [](FactReader& reader, const Question& question) {
                return time_series(reader, question, {.interval = std::chrono::days(1)});
            });
    CHECK(answer.at("points").at(0).at("t") == "2023-11-14T18:30:00.000Z");
}

TEST_CASE("interactions are counted by type, by viewer and over time") {
    TemporaryFacts facts;
    auto views = small_audience();
    views[0].persistent_viewer = true;
    auto before = view(90, -7200, -7000);
    before.broadcast = *BroadcastId::parse("bc_before");
    before.viewer = 1;
    before.persistent_viewer = true;
    views.push_back(before);
    std::vector<EngagementEvent> events;
    const auto add = [&](Engagement type, ViewerKey viewer, double second) {
        events.push_back({
            .id = fmt::format("evt_{}", events.size()),
            .broadcast = bc_one,
            .channel = ch_001,
            .viewer = viewer,
            .type = type,
            .time = at(second),
        });
    };
    add(Engagement::chat, 1, 3);
    add(Engagement::chat, 1, 4);
    for (int i = 0; i < 8; ++i)
        add(Engagement::reaction, 3, 65);
    facts.append({.sessions = views, .engagement = events});
    const auto answer = ask(facts, a_question(), engagement_answer);
    CHECK(answer.at("engagedViewers") == 2);
    CHECK(number(answer.at("engagementRate")) == 1);
    CHECK(answer.at("interactions").at("chat") == 2);
    CHECK(answer.at("interactions").at("reactions") == 8);
    CHECK(answer.at("interactions").at("pollVotes") == 0);
    CHECK(answer.at("interactions").at("total") == 10);
    CHECK(number(answer.at("interactionsPerViewerMinute")) == 2);
    CHECK(number(answer.at("chatRatePerMinute")) == 0.6);
    CHECK(number(answer.at("returningViewerRate")) == 0.5);
    CHECK(number(answer.at("returningCoverage")) == 0.5);
    REQUIRE(answer.at("moments").as_array().size() == 1);
    CHECK(number(answer.at("moments").at(0).at("mediaTime")) == 60);
    CHECK(answer.at("series").at("points").as_array().size() == 2);
    CHECK(answer.at("series").at("points").at(1).at("engagedViewers") == 1);
}

TEST_CASE("a filter chooses whose interactions and returns are counted, and robots' never are") {
    TemporaryFacts facts;
    auto views = small_audience();
    std::vector<EngagementEvent> events;
    for (auto& each : small_audience()) {
        if (!each.first_frame) continue;
        auto& now = *std::ranges::find(views, each.session, &SessionFacts::session);
        now.persistent_viewer = each.persistent_viewer = true;
        each.broadcast = *BroadcastId::parse("bc_before");
        each.started = at(-7200);
        views.push_back(each);
        events.push_back({
            .id = fmt::format("evt_{}", each.session),
            .broadcast = bc_one,
            .channel = ch_001,
            .session = each.session,
            .viewer = each.viewer,
            .type = Engagement::chat,
            .time = at(30),
        });
    }
    facts.append({.sessions = views, .engagement = events});
    const auto whole = ask(facts, a_question(), engagement_answer);
    CHECK(whole.at("interactions").at("total") == 3);
    CHECK(whole.at("engagedViewers") == 2);
    CHECK(number(whole.at("returningViewerRate")) == 1);
    const auto german = ask(facts, a_question({.filter = {{{"country", "DE"}}}}), engagement_answer);
    CHECK(german.at("interactions").at("total") == 1);
    CHECK(number(german.at("engagementRate")) == 1);
    CHECK(number(german.at("returningViewerRate")) == 1);
}

TEST_CASE("demographics are those declared, and small groups are not shown") {
    TemporaryFacts facts;
    auto declared = many(100, 30, {});
    for (std::size_t i = 0; i < declared.size(); ++i)
        declared[i].claims = {.age_band = i < 12 ? "25-34" : i < 21 ? "35-44" : "18-24", .gender = "female"};
    facts.append({.sessions = declared});
    facts.append({.sessions = many(200, 20, {})});
    const auto answer = ask(facts, a_question(), demographics_answer);
    CHECK(number(answer.at("coverage")) == 0.6);
    CHECK(answer.at("declaredViewers") == 30);
    CHECK(answer.at("unknownViewers") == 20);
    REQUIRE(answer.at("age").as_array().size() == 1);
    CHECK(answer.at("age").at(0).at("band") == "25-34");
    CHECK(number(answer.at("age").at(0).at("share")) == 0.4);
    CHECK(answer.at("gender").at(0).at("viewers") == 30);
    CHECK(answer.at("suppressedCells") == 2);
    TemporaryFacts nobody;
    CHECK(number(ask(nobody, a_question(), demographics_answer).at("coverage")) == 0);
}

TEST_CASE("places with ten viewers are shown, others are added up") {
    TemporaryFacts facts;
    facts.append({.sessions = many(100, 12, {.country = "IN", .region = "IN-KA", .city = "Bengaluru"})});
    facts.append({.sessions = many(200, 9, {.country = "IN", .region = "IN-MH", .city = "Pune"})});
    facts.append({.sessions = many(300, 3, {.country = "FR"})});
    facts.append({.sessions = many(400, 1, {})});
    const auto at_level = [&](PlaceLevel level) {
        return ask(facts, a_question(), [level](FactReader& reader, const Question& question) {
            return geography_answer(reader, question, level);
        });
    };
    const auto countries = at_level(PlaceLevel::country);
    REQUIRE(countries.at("items").as_array().size() == 1);
    const auto& india = countries.at("items").at(0).as_object();
    CHECK(india.at("name") == "India");
    CHECK(india.at("viewers") == 21);
    CHECK(india.at("peakViewers") == 21);
    CHECK(number(india.at("share")) == 0.84);
    CHECK(countries.at("other").at("viewers") == 3);
    CHECK(countries.at("other").at("cells") == 1);
    CHECK(countries.at("unknown").at("viewers") == 1);
    const auto cities = at_level(PlaceLevel::city);
    REQUIRE(cities.at("items").as_array().size() == 1);
    CHECK(cities.at("items").at(0).at("city") == "Bengaluru");
    CHECK(cities.at("other").at("viewers") == 9);
    CHECK(cities.at("unknown").at("viewers") == 4);
}

TEST_CASE("devices are told apart by all they are known for") {
    TemporaryFacts facts;
    facts.append({.sessions = small_audience()});
    const auto answer = ask(facts, a_question(), devices_answer);
    const auto& mobile = answer.at("byType").at(1).as_object();
    CHECK(answer.at("byType").at(0).at("name") == "desktop");  // one viewer each, in the order of names
    CHECK(mobile.at("name") == "mobile");
    CHECK(mobile.at("viewers") == 1);
    CHECK(mobile.at("views") == 2);
    CHECK(number(mobile.at("share")) == doctest::Approx(2.0 / 3).epsilon(1e-5));
    CHECK(number(mobile.at("averageWatchTime")) == 120);
    CHECK(answer.at("byPlayer").at(0).at("name") == "hls.js");
    CHECK(answer.at("byPlayer").at(0).at("version") == "1.7.0");
    CHECK(answer.at("byProtocol").at(0).at("viewers") == 2);
}

TEST_CASE("watch time is spread over ranges, and a drop-off is where far more leave than around it") {
    TemporaryFacts facts;
    std::vector<SessionFacts> views;
    const auto first = at(0).time_since_epoch() / media_bucket;
    for (SessionKey i = 0; i < 60; ++i) {
        const double left = i < 20 ? 95 : 200;  // 20 leave together
        views.push_back(view(100 + i, 0, left));
        views.back().played = {{first, first + (i < 20 ? 10 : 20)}};
    }
    views.back().played.push_back({first, first + 5});  // went back to the start
    facts.append({.sessions = views});
    auto question = a_question();
    question.broadcast.alerts = {
        {"al_before", at(0), at(55)},
        {"al_within", at(80), at(95)},
        {"al_open", at(61), at(3800)},
        {"al_after", at(101), at(120)}
    };
    const auto answer = ask(facts, question, watch_time_answer);
    CHECK(answer.at("distribution").at(1).at("views") == 60);
    CHECK(number(answer.at("completionRate")) == doctest::Approx(40.0 / 60).epsilon(1e-5));
    const auto& retention = answer.at("retention").as_array();
    REQUIRE(retention.size() == 20);
    CHECK(retention[0].at("viewers") == 60);
    CHECK(number(retention[0].at("audienceWatchRatio")) == doctest::Approx(61.0 / 60).epsilon(1e-5));
    CHECK(number(retention[0].at("retention")) == 1);
    CHECK(number(retention[9].at("leaves")) == 20);
    CHECK(number(retention[9].at("dropOffRate")) == doctest::Approx(1.0 / 3).epsilon(1e-5));
    CHECK(number(retention[10].at("retention")) == doctest::Approx(2.0 / 3).epsilon(1e-5));
    REQUIRE(answer.at("dropOffs").as_array().size() == 1);
    CHECK(number(answer.at("dropOffs").at(0).at("mediaTime")) == 90);
    CHECK(answer.at("dropOffs").at(0).at("lost") == 20);
    CHECK(answer.at("dropOffs").at(0).at("coincidentAlerts") == boost::json::array{"al_within", "al_open"});
}

TEST_CASE("viewers who overlap with themselves are one, and who came for a moment was there") {
    Concurrency concurrency;
    concurrency.add(1, at(0), at(10));
    concurrency.add(1, at(5), at(20));
    concurrency.add(2, at(9), at(9));
    concurrency.add(3, at(-5), at(2));
    concurrency.add(4, at(50), at(60));
    const auto seconds = concurrency.curve(at(0), at(30));
    REQUIRE(seconds.size() == 30);
    CHECK(seconds[0] == 2);
    CHECK(seconds[2] == 1);
    CHECK(seconds[9] == 2);
    CHECK(seconds[19] == 1);
    CHECK(seconds[20] == 0);
    CHECK(concurrency.peak(at(0), at(0)) == 0);
}

}  // namespace tally::analytics
