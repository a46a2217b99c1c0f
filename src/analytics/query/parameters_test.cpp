#include "analytics/query/parameters.hpp"

#include <boost/json/array.hpp>
#include <doctest/doctest.h>

namespace tally::analytics {

using namespace std::chrono_literals;

namespace {

http::Request request_of(std::string_view query) {
    http::Request request;
    request.query = query;
    return request;
}

std::string refused(const http::Problem& problem) {
    CHECK(problem.status == 400);
    REQUIRE(problem.errors.size() == 1);
    return problem.code;
}

std::string common_refusal(std::string_view query) {
    const auto common = common_parameters(request_of(query));
    REQUIRE_MESSAGE(!common, query);
    return refused(common.error());
}

}  // namespace

TEST_CASE("what every answer takes is read as it is meant") {
    const auto common = common_parameters(request_of(
        "from=2026-10-01T18:00:00Z&to=2026-10-01T19:00:00Z&filter=country:IN,device:mobile&validity=all"
        "&timezone=%2B05:30&window=15m"
    ));
    REQUIRE(common);
    CHECK(*common->to - *common->from == 1h);
    CHECK(common->window == 15min);
    CHECK(common->all);
    CHECK(common->utc_offset == 5h + 30min);
    CHECK(common->filter.matches({.country = "IN", .device = "mobile"}));
    CHECK_FALSE(common->filter.matches({.country = "IN", .device = "tv"}));
    CHECK_FALSE(common->plain());
    CHECK(common_parameters(request_of(""))->plain());
}

TEST_CASE("what is wrong is refused by its code, and says what is allowed") {
    CHECK(common_refusal("from=yesterday") == "validation_failed");
    CHECK(common_refusal("from=2026-10-01T18:00:00Z&to=2026-10-01T18:00:00Z") == "validation_failed");
    CHECK(common_refusal("window=5") == "invalid_window");
    CHECK(common_refusal("window=10s") == "invalid_window");
    CHECK(common_refusal("window=999999999999d") == "invalid_window");
    CHECK(common_refusal("filter=colour:red") == "unknown_filter");
    CHECK(common_refusal("filter=country") == "unknown_filter");
    CHECK(common_refusal("validity=some") == "validation_failed");
    CHECK(common_refusal("timezone=Mars") == "validation_failed");
    CHECK(common_refusal("timezone=%2B25:00") == "validation_failed");
    const auto unknown = common_parameters(request_of("filter=colour:red"));
    CHECK(unknown.error().extra.at("allowed").as_array().size() == dimension_names().size());
}

TEST_CASE("an interval is the one asked for, or the smallest that fits") {
    CHECK(*interval_for(request_of("interval=1m"), 1h) == 60s);
    CHECK(*interval_for(request_of(""), 1h) == 10s);
    CHECK(*interval_for(request_of("interval=auto"), 10h) == 30s);
    CHECK(*interval_for(request_of(""), 24h * 365) == 24h);
    CHECK(refused(interval_for(request_of("interval=7s"), 1h).error()) == "invalid_interval");
    const auto large = interval_for(request_of("interval=10s"), 24h);
    CHECK(refused(large.error()) == "range_too_large");
    CHECK(large.error().extra.at("maxBuckets") == 1440);
    CHECK(interval_text(900s) == "15m");
}

TEST_CASE("a channel's window is a number of days, or of broadcasts where these are compared") {
    CHECK(channel_window(request_of(""), "28d", false)->days == std::chrono::days(28));
    CHECK(channel_window(request_of("window=5broadcasts"), "10broadcasts", true)->broadcasts == 5);
    CHECK(
        refused(channel_window(request_of("window=5broadcasts"), "28d", false).error()) == "invalid_window"
    );
    for (const auto* wrong :
         {"window=0broadcasts", "window=1000broadcasts", "window=broadcasts", "window=3d"})
        CHECK(refused(channel_window(request_of(wrong), "10broadcasts", true).error()) == "invalid_window");
}

TEST_CASE("choices and limits are those that are listed") {
    constexpr auto allowed = std::to_array<std::string_view>({"one", "two"});
    CHECK(*choice(request_of(""), "x", allowed) == "one");
    CHECK(*choice(request_of("x=two"), "x", allowed) == "two");
    CHECK(refused(choice(request_of("x=six"), "x", allowed).error()) == "validation_failed");
    CHECK(choices(request_of("x=two,one"), "x", allowed)->size() == 2);
    CHECK(refused(choices(request_of("x=two,six"), "x", allowed).error()) == "validation_failed");
    CHECK(*limit(request_of("limit=7"), 10, 100) == 7);
    for (const auto* wrong : {"limit=0", "limit=101", "limit=-1", "limit=7x"})
        CHECK(refused(limit(request_of(wrong), 10, 100).error()) == "validation_failed");
}

}  // namespace tally::analytics
