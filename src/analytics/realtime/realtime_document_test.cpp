#include "analytics/realtime/realtime_document.hpp"

#include "analytics/session/live_series.hpp"

#include <doctest/doctest.h>

using namespace tally;
using namespace tally::analytics;

namespace {

constexpr Time opened{std::chrono::minutes(28'000'000)};

struct DocumentFixture {
    BroadcastPtr broadcast =
        std::make_shared<BroadcastEntry>(*BroadcastId::parse("bc_1"), *ChannelId::parse("ch_1"), opened);
    LiveSeries series{broadcast};
    Time now = opened;

    SnapshotPtr second(std::int64_t viewers) {
        now += std::chrono::seconds(1);
        AudienceSample sample;
        sample.broadcast = broadcast;
        sample.figures.viewers = viewers;
        sample.figures.joins = std::max(viewers, joins);
        joins = sample.figures.joins;
        return series.add(std::move(sample), now);
    }

    std::int64_t joins = 0;
};

}  // namespace

TEST_CASE("the public count keeps two digits") {
    CHECK(public_count(0) == 0);
    CHECK(public_count(99) == 99);
    CHECK(public_count(104) == 100);
    CHECK(public_count(105) == 110);
    CHECK(public_count(18'234) == 18'000);
}

TEST_CASE("peak, average and trend follow the seconds") {
    DocumentFixture f;
    for (int second = 0; second < 59; ++second)
        f.second(10);
    f.second(30);
    const auto snapshot = f.second(20);
    const auto document = realtime_document(*snapshot, std::chrono::minutes(1), f.now + Milliseconds(640));
    CHECK(document.at("currentViewers") == 20);
    CHECK(document.at("peakViewers") == 30);
    CHECK(document.at("dataAgeMs") == 640);
    CHECK(document.at("trend").at("delta1m") == 10);
    CHECK(document.at("trend").at("direction") == "up");
    CHECK(
        document.at("averageViewers").to_number<double>() ==
        doctest::Approx((59 * 10 + 30 + 20) / 61.0).epsilon(0.001)
    );
    CHECK(document.at("series").at("points").as_array().size() == 13);  // both ends
}

TEST_CASE("ten seconds are one stored row, with the peak of their sums") {
    DocumentFixture f;
    for (int second = 0; second < 25; ++second)
        f.second(second == 14 ? 7 : 5);
    const auto rows = f.series.take_rows(true);
    REQUIRE(rows.size() == 3);
    CHECK(rows[1].seconds == 10);
    CHECK(rows[1].viewer_seconds == 52);
    CHECK(rows[1].max_viewers == 7);
    CHECK(rows[1].min_viewers == 5);
    std::int64_t joins = 0;
    for (const auto& row : rows)
        joins += row.joins;
    CHECK(joins == 7);
    CHECK(f.series.take_rows(false).empty());
}
