#include "app/audience_news.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace tally::app {
namespace {

struct Hall {
    explicit Hall(Milliseconds opened_after = 1s) {
        snapshot.sample.broadcast = std::make_shared<analytics::BroadcastEntry>(
            *BroadcastId::parse("bc_1"), *ChannelId::parse("ch_1"), clock.now() + opened_after
        );
    }

    std::vector<control::Announcement> look(std::int64_t viewers) {
        clock.advance(1s);
        snapshot.time = clock.now();
        snapshot.sample.figures.viewers = viewers;
        if (viewers > snapshot.peak_viewers) snapshot.peak_at = clock.now();
        snapshot.peak_viewers = std::max(snapshot.peak_viewers, viewers);
        return news.look(snapshot);
    }

    std::size_t count(std::int64_t viewers, std::string_view type) {
        const auto told = look(viewers);
        return static_cast<std::size_t>(std::ranges::count(told, type, &control::Announcement::type));
    }

    ManualClock clock;
    analytics::Snapshot snapshot;
    AudienceNews news{clock.now()};
};

constexpr std::string_view milestone = "analytics.viewers_milestone";
constexpr std::string_view peak = "analytics.peak_updated";

}  // namespace

TEST_CASE("each round number of viewers is told once, the highest of those passed at once") {
    Hall hall;
    CHECK(hall.count(9, milestone) == 0);
    CHECK(hall.count(10, milestone) == 1);
    CHECK(hall.count(8, milestone) == 0);
    CHECK(hall.count(12, milestone) == 0);
    const auto told = hall.look(730);
    const auto found = std::ranges::find(told, milestone, &control::Announcement::type);
    REQUIRE(found != told.end());
    CHECK(found->data.at("milestone") == 500);
    CHECK(found->data.at("currentViewers") == 730);
    CHECK(found->data.at("broadcastId") == "bc_1");
    CHECK(hall.count(100, milestone) == 0);
    CHECK(hall.count(1000, milestone) == 1);
}

TEST_CASE("a new peak is told at once, and then once a minute at most") {
    Hall hall;
    CHECK(hall.count(3, peak) == 1);
    for (int second = 1; second < 60; ++second)
        CHECK(hall.count(3 + second, peak) == 0);
    const auto told = hall.look(90);
    const auto found = std::ranges::find(told, peak, &control::Announcement::type);
    REQUIRE(found != told.end());
    CHECK(found->data.at("peakViewers") == 90);
    CHECK(found->data.at("previousPeakViewers") == 3);
    CHECK(hall.count(90, peak) == 0);
    hall.clock.advance(2min);
    CHECK(hall.count(50, peak) == 0);
}

TEST_CASE("what an earlier process told is not told again") {
    Hall hall(-1h);
    hall.snapshot.peak_viewers = 600;
    CHECK(hall.look(550).empty());
    CHECK(hall.count(601, peak) == 1);
    CHECK(hall.count(1000, milestone) == 1);
}

TEST_CASE("what is over is forgotten") {
    Hall hall;
    hall.look(20);
    hall.news.keep_only({});
    CHECK(hall.count(20, milestone) == 1);
}

}  // namespace tally::app
