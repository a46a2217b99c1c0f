#include "app/audience_health.hpp"

#include "analytics/session/live_series.hpp"
#include "health/stream_health.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace tally::app {
namespace {

/// A broadcast's audience and its stream's alerts, second by second.
struct Show {
    using Figures = analytics::AudienceFigures;

    Show() {
        sample.broadcast = std::make_shared<analytics::BroadcastEntry>(
            *BroadcastId::parse("bc_1"), *ChannelId::parse("ch_1"), clock.now()
        );
        auto& figures = sample.figures;
        figures.viewers = figures.views = figures.playing = 200;
        figures.beaconed_views = figures.total_views = 200;
    }

    /// The counters grow by `change` each second.
    void pass(int seconds, const std::function<void(Figures&)>& change) {
        for (int i = 0; i < seconds; ++i) {
            clock.advance(1s);
            sample.figures.play_ms += 200 * 1000;
            change(sample.figures);
            snapshot = series.add(sample, clock.now());
            health.observe({
                .at = clock.now(),
                .attached = false,
                .seconds = {},
                .video = {},
                .audio = {},
                .delivery = {},
                .audience = audience_health(snapshot),
                .said_goodbye = false,
                .incidents = {},
                .host = {},
            });
        }
    }

    bool has(std::string_view code) const {
        for (const auto& issue : health.document().at("issues").as_array())
            if (issue.at("code").as_string() == code) return true;
        return false;
    }

    ManualClock clock;
    analytics::AudienceSample sample;
    analytics::LiveSeries series{std::make_shared<analytics::BroadcastEntry>(
        *BroadcastId::parse("bc_1"), *ChannelId::parse("ch_1"), clock.now()
    )};
    analytics::SnapshotPtr snapshot;
    health::StreamHealth health{{}};
};

}  // namespace

TEST_CASE("without an audience there is nothing to say") {
    const auto nothing = audience_health(nullptr);
    CHECK(nothing.reporting == 0);
    CHECK_FALSE(nothing.viewers);
    Show show;
    show.pass(70, [](auto&) {});
    CHECK(show.health.document().at("issues").as_array().empty());
}

TEST_CASE("rebuffering is told, with the share of the viewers' time, until it is over") {
    Show show;
    show.pass(70, [](auto&) {});
    show.pass(60, [](auto& figures) {
        figures.rebuffer_ms += 30 * 1000;
        figures.rebuffers += 4;
    });
    CHECK(show.has("buffering_rate_high"));
    CHECK(show.has("rebuffer_count_high"));
    CHECK(*audience_health(show.snapshot).buffering_rate == doctest::Approx(30.0 / 230));
    CHECK(*audience_health(show.snapshot).rebuffers_per_minute == doctest::Approx(4 * 60.0 / 200));
    show.pass(60 + 125, [](auto&) {});
    CHECK_FALSE(show.has("buffering_rate_high"));
    CHECK_FALSE(show.has("rebuffer_count_high"));
}

TEST_CASE("views that fail or are left early count against the attempts of five minutes") {
    Show show;
    show.pass(10, [](auto&) {});
    show.pass(20, [](auto& figures) {
        figures.beaconed_views += 10;
        figures.failures += 1;
        figures.early_exits += 2;
    });
    CHECK(audience_health(show.snapshot).attempts == 400);
    CHECK(*audience_health(show.snapshot).failure_rate == doctest::Approx(20.0 / 400));
    CHECK(show.has("playback_failure_high"));
    CHECK(show.has("ebvs_high"));
    show.pass(290, [](auto& figures) { figures.beaconed_views += 1; });
    CHECK(*audience_health(show.snapshot).failure_rate == doctest::Approx(10.0 / 390).epsilon(0.05));
}

TEST_CASE("slow starts are those of five minutes, and few reporting players are told") {
    Show show;
    for (int i = 0; i < 100; ++i)
        show.sample.startups.add(analytics::DurationBins::bin_of(i < 90 ? 800 : 6000));
    show.pass(5, [](auto&) {});
    CHECK(*audience_health(show.snapshot).startup_p95 == doctest::Approx(6).epsilon(0.02));
    CHECK(show.has("startup_slow"));
    show.pass(400, [&](auto& figures) {
        figures.playing = 80;
        show.sample.startups.add(analytics::DurationBins::bin_of(800));
    });
    CHECK(*audience_health(show.snapshot).startup_p95 == doctest::Approx(0.8).epsilon(0.02));
    CHECK_FALSE(show.has("startup_slow"));
    CHECK(*audience_health(show.snapshot).coverage == doctest::Approx(0.4));
    CHECK(show.has("beacon_coverage_low"));
}

TEST_CASE("an audience that leaves, and views that are not people's, are told") {
    Show show;
    show.pass(70, [](auto&) {});
    show.pass(1, [](auto& figures) { figures.viewers = 100; });
    CHECK(show.has("audience_drop"));
    show.pass(20, [](auto& figures) {
        figures.total_views += 3;
        figures.invalid_views += 2;
    });
    CHECK(*audience_health(show.snapshot).invalid_share == doctest::Approx(0.4));
    CHECK(show.has("invalid_traffic"));
}

TEST_CASE("what too few remain to be told of is over once it is over, and none are enough for that") {
    Show show;
    show.pass(70, [](auto&) {});
    // A rush of viewers, many of whom fail; then hardly anybody comes, and plays well.
    show.pass(60, [](auto& figures) {
        figures.beaconed_views += 10;
        figures.total_views += 10;
        figures.invalid_views += 5;
        figures.failures += 1;
        figures.early_exits += 2;
        figures.rebuffers += 4;
        figures.rebuffer_ms += 30 * 1000;
    });
    const auto codes = {
        "playback_failure_high", "ebvs_high", "buffering_rate_high", "rebuffer_count_high", "invalid_traffic"
    };
    for (const auto* code : codes)
        CHECK_MESSAGE(show.has(code), code);
    show.pass(1, [](auto& figures) { figures.playing = figures.views = figures.viewers = 20; });
    CHECK(show.has("audience_drop"));
    show.pass(90, [](auto&) {});
    CHECK_FALSE(show.has("audience_drop"));
    show.pass(310, [](auto&) {});
    for (const auto* code : codes)
        CHECK_MESSAGE(!show.has(code), code);
}

}  // namespace tally::app
