#include "control/testing_http.hpp"

#include <doctest/doctest.h>

namespace tally::control {
namespace {

const std::string sample = R"({
    "channelId": "ch_001",
    "title": "Weekly Tech Roundup",
    "description": "Review of the week's biggest tech news",
    "scheduledStart": "2023-11-12T18:00:00Z",
    "estimatedDuration": 3600,
    "tags": ["tech", "news", "weekly"]})";

/// Scheduled for `start`, a time of 2023-11-15: the clock stands at 2023-11-14T22:13:20Z.
std::string schedule(Api<>& api, const std::string& start) {
    const auto scheduled = api.post(
        "/api/broadcasts/schedule",
        R"({"channelId":"ch_001","title":"x","scheduledStart":"2023-11-15T)" + start + R"(Z"})"
    );
    REQUIRE(scheduled.status == 201);
    return scheduled.text("id");
}

std::vector<std::string> upcoming(Api<>& api, const std::string& query = "") {
    const auto page = api.get("/api/broadcasts/scheduled/upcoming?" + query);
    REQUIRE(page.status == 200);
    std::vector<std::string> ids;
    for (const auto& item : page.body.at("items").as_array())
        ids.emplace_back(item.at("id").as_string());
    return ids;
}

std::string code_of(const json::value& warning) {
    return std::string(warning.at("code").as_string());
}

TEST_CASE("a scheduled event is the document that the API promises, and a start in the past is a warning") {
    Api api;
    const auto scheduled = api.post("/api/broadcasts/schedule", sample);
    CHECK(scheduled.status == 201);
    CHECK(scheduled.headers.get("Location") == "/api/broadcasts/scheduled/" + scheduled.text("id"));
    CHECK(scheduled.text("scheduledId") == scheduled.text("id"));
    auto body = scheduled.body;
    for (const auto* varying : {"id", "scheduledId"})
        body.erase(varying);
    CHECK(
        json::value(body) == json::parse(R"({
            "channelId":"ch_001","title":"Weekly Tech Roundup",
            "description":"Review of the week's biggest tech news","tags":["tech","news","weekly"],
            "scheduledStart":"2023-11-12T18:00:00.000Z","estimatedDuration":3600,
            "scheduledEnd":"2023-11-12T19:00:00.000Z","status":"scheduled","overdue":true,"autoStart":false,
            "broadcastId":null,"createdAt":"2023-11-14T22:13:20.000Z","cancelledAt":null,
            "warnings":[{"code":"scheduled_start_in_past",
                         "message":"The start has passed: the event is overdue."}]})")
                                 .value()
    );
    const auto read = api.get("/api/broadcasts/scheduled/" + scheduled.text("id"));
    CHECK(read.status == 200);
    CHECK(!read.headers.get("ETag").empty());
    CHECK(read.body.at("warnings") == json::array());
}

TEST_CASE("an event at the time of another is a warning, and refused when that is asked for") {
    Api api;
    schedule(api, "18:00:00");
    const auto body = [](const std::string& start) {
        return R"({"channelId":"ch_001","title":"x","scheduledStart":"2023-11-15T)" + start + R"(Z"})";
    };
    const auto warned = api.post("/api/broadcasts/schedule", body("18:59:59"));
    CHECK(warned.status == 201);
    CHECK(code_of(warned.body.at("warnings").as_array().at(0)) == "overlaps");
    const auto refused = api.post("/api/broadcasts/schedule?strict=true", body("17:00:01"));
    CHECK(refused.status == 409);
    CHECK(refused.text("code") == "overlaps");
    CHECK(api.post("/api/broadcasts/schedule?strict=true", body("17:00:00")).status == 201);
    CHECK(upcoming(api).size() == 3);
}

TEST_CASE("the upcoming are sorted by start, and the overdue among them can be left out") {
    Api api;
    const auto later = schedule(api, "12:00:00");
    const auto sooner = schedule(api, "06:00:00");
    const auto overdue = api.post("/api/broadcasts/schedule", sample).text("id");
    using Ids = std::vector<std::string>;
    CHECK(upcoming(api, "channelId=ch_001") == Ids{overdue, sooner, later});
    CHECK(upcoming(api, "order=desc") == Ids{later, sooner, overdue});
    CHECK(upcoming(api, "includeOverdue=false") == Ids{sooner, later});
    CHECK(upcoming(api, "from=2023-11-15T06:00:00Z&to=2023-11-15T12:00:00Z") == Ids{sooner});
    const auto first = api.get("/api/broadcasts/scheduled/upcoming?limit=2");
    CHECK(first.body.at("hasMore") == true);
    CHECK(first.body.at("items").as_array().at(1).at("secondsUntilStart") == 28'000);
    CHECK(first.body.at("items").as_array().at(0).at("secondsUntilStart").as_int64() < 0);
    CHECK(upcoming(api, "limit=2&cursor=" + first.text("nextCursor")) == Ids{later});
    CHECK(
        api.get("/api/broadcasts/scheduled/upcoming?channelId=ch_none").text("code") == "channel_not_found"
    );
    CHECK(api.get("/api/broadcasts/scheduled/upcoming?includeOverdue=perhaps").status == 400);
}

TEST_CASE("a cancelled event is answered in JSON, as often as it is asked for, and is no longer upcoming") {
    Api api;
    const auto path = "/api/broadcasts/scheduled/" + schedule(api, "12:00:00");
    const auto cancelled = api.del(path);
    CHECK(cancelled.status == 200);
    CHECK(cancelled.text("status") == "cancelled");
    CHECK(cancelled.text("cancelledAt") == "2023-11-14T22:13:20.000Z");
    api.clock.advance(Milliseconds(1000));
    CHECK(api.del(path).body == cancelled.body);
    CHECK(upcoming(api).empty());
    CHECK(api.del("/api/broadcasts/scheduled/sch_none").text("code") == "scheduled_event_not_found");
}

TEST_CASE("an event is converted by either way once; then cancelling names its broadcast") {
    Api api;
    const auto id = schedule(api, "12:00:00");
    const auto path = "/api/broadcasts/scheduled/" + id;
    const auto made = api.post(path + "/convert");
    CHECK(made.status == 201);
    CHECK(made.text("scheduledId") == id);
    CHECK(made.text("scheduledStart") == "2023-11-15T12:00:00.000Z");
    CHECK(made.headers.get("Location") == "/api/broadcasts/" + made.text("id"));
    const auto again = api.post("/api/broadcasts", R"({"channelId":"ch_001","scheduledId":")" + id + R"("})");
    CHECK(again.status == 200);
    CHECK(again.text("id") == made.text("id"));
    const auto refused = api.del(path);
    CHECK(refused.status == 409);
    CHECK(refused.text("code") == "already_converted");
    CHECK(refused.text("broadcastId") == made.text("id"));
    CHECK(api.get(path).text("status") == "converted");
    CHECK(upcoming(api).empty());
    CHECK(api.post("/api/broadcasts/scheduled/sch_none/convert").status == 404);
}

TEST_CASE("an event is changed while it is scheduled, and only in the version that the client has seen") {
    Api api;
    const auto path = "/api/broadcasts/scheduled/" + schedule(api, "12:00:00");
    const auto tag = std::string(api.get(path).headers.get("ETag"));
    const auto patched = api.patch(path, R"({"scheduledStart":"2023-11-15T14:00:00Z","autoStart":true})");
    CHECK(patched.status == 200);
    CHECK(patched.text("scheduledEnd") == "2023-11-15T15:00:00.000Z");
    CHECK(patched.body.at("autoStart") == true);
    CHECK(patched.text("title") == "x");
    api.set_header("If-Match", tag);
    CHECK(api.patch(path, R"({"title":"y"})").status == 412);
    CHECK(api.patch(path, R"({"estimatedDuration":59})").status == 400);
}

TEST_CASE("every wrong field is named") {
    Api api;
    const auto refused = api.post(
        "/api/broadcasts/schedule",
        R"({"channelId":"ch_001","title":"","scheduledStart":"2023-11-15T14:00:00Z","estimatedDuration":604801})"
    );
    CHECK(refused.status == 400);
    CHECK(refused.body.at("errors").as_array().size() == 2);
    const auto absent = api.post("/api/broadcasts/schedule", R"({"scheduledStart":"tomorrow"})");
    CHECK(absent.status == 400);
    CHECK(absent.body.at("errors").as_array().size() == 3);
    const auto unknown = R"({"channelId":"ch_none","title":"x","scheduledStart":"2023-11-15T14:00:00Z"})";
    CHECK(api.post("/api/broadcasts/schedule", unknown).text("code") == "channel_not_found");
}

}  // namespace
}  // namespace tally::control
