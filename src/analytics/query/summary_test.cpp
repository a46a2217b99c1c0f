#include "analytics/query/summary.hpp"

#include "analytics/query/figures.hpp"
#include "analytics/query/testing.hpp"
#include "analytics/query/view_totals.hpp"

namespace tally::analytics {

using namespace test;

namespace {

json::object summary_of(TemporaryFacts& facts, const Question& question) {
    return ask(facts, question, [](FactReader& reader, const Question& asked) {
        return summarize(reader, asked).document;
    });
}

EngagementEvent chat(std::string id, ViewerKey viewer, double second) {
    return {
        .id = std::move(id), .broadcast = bc_one, .channel = ch_001, .viewer = viewer, .time = at(second)
    };
}

}  // namespace

TEST_CASE("the summary of a small audience is what one works out by hand") {
    TemporaryFacts facts;
    facts.append({
        .sessions = small_audience(),
        .audience = counted({1, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}),
        .engagement = {chat("evt_1", 1, 5), chat("evt_2", 1, 90)},
    });
    const auto answer = summary_of(facts, a_question());
    const auto& figures = answer.at("summary").as_object();
    CHECK(figures.at("attempts") == 5);
    CHECK(figures.at("totalViews") == 3);
    CHECK(figures.at("uniqueViewers") == 2);
    CHECK(figures.at("peakViewers") == 2);
    CHECK(figures.at("peakAt") == json::string(to_rfc3339(at(10))));
    CHECK(number(figures.at("averageViewers")) == 1.3);
    CHECK(number(figures.at("averageViewersByWatchTime")) == 1.5);
    CHECK(number(figures.at("watchTimeSeconds")) == 300);
    CHECK(number(figures.at("averageWatchTime")) == 100);
    CHECK(number(figures.at("medianWatchTime")) == doctest::Approx(60).epsilon(0.01));
    CHECK(number(figures.at("completionRate")) == doctest::Approx(1.0 / 3).epsilon(1e-5));
    CHECK(number(figures.at("averagePercentViewed")) == doctest::Approx(300.0 / 490).epsilon(1e-5));
    CHECK(number(figures.at("engagementRate")) == 0.5);
    CHECK(figures.at("interactions") == 2);
    CHECK(number(figures.at("bufferingRate")) == doctest::Approx(10.0 / 310).epsilon(1e-4));
    CHECK(figures.at("rebufferCount") == 2);
    CHECK(number(figures.at("averageBitrate")) == 3375);
    CHECK(number(figures.at("playbackFailureRate")) == 0.2);
    CHECK(number(figures.at("exitBeforeVideoStartRate")) == 0.2);
    CHECK(number(figures.at("startupTime").at("p95")) == doctest::Approx(1000).epsilon(0.01));
    CHECK(answer.at("filtered").at("invalidViews") == 1);
    CHECK(number(answer.at("coverage").at("beacon")) == 0.8);
    CHECK(answer.at("dataState") == "final");
    CHECK(answer.at("finalizedAt") == json::string(to_rfc3339(at(200 + 900))));
    CHECK(answer.at("method").at("uniques") == "exact");
    CHECK(answer.at("top").at("devices").at(0).at("type") == "mobile");
    CHECK(answer.at("top").at("countries").as_array().empty());  // too few to be shown
}

TEST_CASE("a view is counted by what it is, in every combination") {
    TemporaryFacts facts;
    std::vector<SessionFacts> views;
    Viewing expected;
    for (unsigned i = 0; i < 6 * 3 * 8; ++i) {
        auto each = view(i + 1, i, 200);
        each.exit = static_cast<Exit>(i % 6);
        each.validity = static_cast<Validity>(i / 6 % 3);
        const auto marks = i / 18;
        if ((marks & 1U) == 0) each.first_frame.reset();
        each.beaconed = (marks & 2U) != 0;
        each.edge_observed = (marks & 6U) != 0;
        each.counters.bytes = std::int64_t{1} << i % 40U;
        expected.add(each, a_question());
        views.push_back(std::move(each));
    }
    facts.append({.sessions = std::move(views)});
    const auto answer = summary_of(facts, a_question());
    const auto& figures = answer.at("summary").as_object();
    const auto& totals = expected.totals;
    CHECK(figures.at("attempts") == totals.attempts);
    CHECK(figures.at("totalViews") == totals.views);
    CHECK(figures.at("uniqueViewers") == totals.viewers.count());
    CHECK(figures.at("playbackFailureRate") == ratio(totals.failures, totals.attempts));
    CHECK(figures.at("exitBeforeVideoStartRate") == ratio(totals.left_waiting, totals.attempts));
    CHECK(figures.at("watchTimeSeconds") == seconds(totals.counters.play_ms));
    CHECK(figures.at("egressBytes") == totals.counters.bytes);
    CHECK(figures.at("completionRate") == ratio(totals.completed_views, totals.lasting_views));
    CHECK(figures.at("averagePercentViewed") == ratio(totals.unique_media_ms, totals.available_media_ms));
    CHECK(figures.at("viewerExperienceScore") == average(totals.scores.total, totals.scores.views, 1));
    CHECK(answer.at("filtered").at("invalidViews") == totals.invalid);
    CHECK(answer.at("filtered").at("suspectViews") == totals.suspect);
    CHECK(number(answer.at("coverage").at("edge")) == ratio(totals.edge_observed, totals.attempts));
    CHECK(number(answer.at("coverage").at("beacon")) == ratio(totals.beaconed, totals.edge_observed));
}

TEST_CASE("views that were written again are what they were last, among those that were not") {
    for (const unsigned again : {7U, 6000U}) {
        TemporaryFacts facts;
        FactBatch first;
        FactBatch second;
        Viewing expected;
        for (unsigned i = 1; i <= 6100; ++i) {
            auto each = view(i * 0x9E37'79B9'7F4A'7C15, i % 50, 100);
            first.sessions.push_back(each);
            if (i <= again) {
                each.counters.play_ms += 10'000;
                each.counters.bytes += 1000;
                each.validity = i % 2 == 0 ? Validity::suspect : Validity::valid;
                second.sessions.push_back(each);
            }
            expected.add(each, a_question());
        }
        facts.append(std::move(first));
        facts.append(std::move(second));
        const auto answer = summary_of(facts, a_question());
        const auto& figures = answer.at("summary").as_object();
        CHECK(figures.at("totalViews") == expected.totals.views);
        CHECK(figures.at("uniqueViewers") == expected.totals.viewers.count());
        CHECK(figures.at("watchTimeSeconds") == seconds(expected.totals.counters.play_ms));
        CHECK(figures.at("egressBytes") == expected.totals.counters.bytes);
        CHECK(answer.at("filtered").at("suspectViews") == expected.totals.suspect);
        CHECK(figures.at("medianWatchTime") == rounded(*expected.totals.watch_ms.at(0.5) / 1000, 3));
    }
}

TEST_CASE("more viewers than are counted exactly are estimated as the sketch does") {
    TemporaryFacts facts;
    DistinctCount viewers;
    FactBatch batch;
    for (std::uint64_t i = 1; i <= 80'000; ++i) {
        batch.sessions.push_back(view(i * 0x9E37'79B9'7F4A'7C15, 0, 100));
        viewers.add(batch.sessions.back().viewer);
    }
    facts.append(std::move(batch));
    const auto answer = summary_of(facts, a_question());
    CHECK_FALSE(viewers.exact());
    CHECK(answer.at("summary").at("uniqueViewers") == viewers.count());
}

TEST_CASE("starts that took no time, and a millisecond, are told apart") {
    TemporaryFacts facts;
    std::vector<SessionFacts> views;
    for (const std::int64_t startup : {0, 0, 0, 1, 1}) {
        auto each = view(views.size() + 1, 0, 100);
        each.startup_ms = startup;
        views.push_back(std::move(each));
    }
    facts.append({.sessions = std::move(views)});
    const auto startup = summary_of(facts, a_question()).at("summary").at("startupTime");
    CHECK(number(startup.at("p50")) == 0);
    CHECK(number(startup.at("p95")) == 1);
}

TEST_CASE("a broadcast without views answers zeros, and says that it has no data") {
    TemporaryFacts facts;
    const auto answer = summary_of(facts, a_question());
    CHECK(answer.at("dataState") == "no_data");
    CHECK(answer.at("summary").at("peakViewers") == 0);
    CHECK(answer.at("summary").at("peakAt").is_null());
    CHECK(number(answer.at("summary").at("bufferingRate")) == 0);
    CHECK(answer.at("summary").at("viewerExperienceScore").is_null());
}

TEST_CASE("numbers are live until the end, settle for fifteen minutes, and are final then") {
    TemporaryFacts facts;
    facts.append({.sessions = {view(1, 0, 20)}});
    auto question = a_question();
    question.broadcast.ended.reset();
    question.now = at(100);
    CHECK(summary_of(facts, question).at("dataState") == "live");
    question.broadcast.ended = at(100);
    const auto settling = summary_of(facts, question);
    CHECK(settling.at("dataState") == "settling");
    CHECK(settling.at("final") == false);
    CHECK(settling.at("finalizedAt").is_null());
    question.now = at(100 + 15 * 60);
    CHECK(summary_of(facts, question).at("final") == true);
}

TEST_CASE("a filter counts its views alone, and rebuilds their audience") {
    TemporaryFacts facts;
    facts.append({.sessions = small_audience(), .audience = counted({9, 9})});
    const auto germans = summary_of(facts, a_question({.filter = {{{"country", "DE"}}}}));
    CHECK(germans.at("summary").at("totalViews") == 1);
    CHECK(germans.at("summary").at("peakViewers") == 1);
    CHECK(number(germans.at("summary").at("averageViewers")) == doctest::Approx(60.0 / 200).epsilon(0.01));
    const auto all = summary_of(facts, a_question({.all = true}));
    CHECK(all.at("summary").at("totalViews") == 4);
    CHECK(all.at("summary").at("peakViewers") == 3);  // two of the four views are one viewer's
}

TEST_CASE("what was played again is no further media, and what was not played is not seen") {
    auto facts = view(1, 0, 100);
    CHECK(unique_media_ms(facts) == 100'000);
    const auto first = at(0).time_since_epoch() / media_bucket;
    facts.played = {{first, first + 3}, {first + 1, first + 5}, {first + 8, first + 9}};
    CHECK(unique_media_ms(facts) == 60'000);
    facts.counters.play_ms = 41'000;
    CHECK(unique_media_ms(facts) == 41'000);
}

TEST_CASE("sketches of a summary are read as they were written") {
    Sketches sketches;
    sketches.viewers.add(5);
    sketches.startup_ms.add(700);
    const auto bytes = sketches.write();
    const auto back = Sketches::read(bytes);
    REQUIRE(back);
    CHECK(back->viewers.count() == 1);
    CHECK(back->startup_ms.at(0.5) == sketches.startup_ms.at(0.5));
    CHECK_FALSE(Sketches::read(ByteView(bytes).first(3)));
}

}  // namespace tally::analytics
