#include "control/testing_http.hpp"

#include <doctest/doctest.h>

#include <set>

namespace tally::control {
namespace {

TEST_CASE("a created channel shows its key; reading it does not") {
    Api api;
    const auto created =
        api.post("/api/channels", R"({"name":"Tech Weekly","defaultQuality":{"resolution":"1280x720"}})");
    CHECK(created.status == 201);
    CHECK(created.headers.get("Location") == "/api/channels/" + created.text("id"));
    CHECK(created.text("slug") == "tech-weekly");
    CHECK(created.text("status") == "inactive");
    CHECK(created.text("streamKey").starts_with("sk_live_"));
    CHECK(created.body.at("defaultQuality").at("resolution") == "1280x720");
    CHECK(created.body.at("reconnectWindow") == 60);
    CHECK(created.body.at("currentBroadcastId").is_null());
    const auto read = api.get("/api/channels/tech-weekly");
    CHECK(read.status == 200);
    for (const auto* secret : {"streamKey", "keyHash", "keyGeneration"})
        CHECK(!read.body.contains(secret));
}

TEST_CASE("rotating gives a new key, and the channel is found by id or name") {
    Api api;
    const auto first = api.post("/api/channels/ch_001/rotate-key");
    const auto second = api.post("/api/channels/channel-one/rotate-key");
    CHECK(second.status == 200);
    CHECK(first.text("streamKey") != second.text("streamKey"));
}

TEST_CASE("a patch changes what it names and nothing else") {
    Api api;
    const auto patched = api.patch("/api/channels/ch_001", R"({"name":"Renamed","autoLive":false})");
    CHECK(patched.status == 200);
    CHECK(patched.text("name") == "Renamed");
    CHECK(patched.text("slug") == "channel-one");
    CHECK(patched.body.at("autoLive") == false);
    CHECK(patched.body.at("record") == true);
}

TEST_CASE("wrong bodies are 400 with a pointer to each mistake") {
    Api api;
    const auto refused = api.post("/api/channels", R"({"name":"","visibility":"secret"})");
    CHECK(refused.status == 400);
    CHECK(refused.text("code") == "validation_failed");
    CHECK(refused.headers.get("Content-Type") == "application/problem+json");
    CHECK(refused.body.at("errors").as_array().at(0).at("pointer") == "/visibility");
    CHECK(api.post("/api/channels", "{").status == 400);
    CHECK(api.post("/api/channels", "[]").status == 400);
    CHECK(api.post("/api/channels").status == 400);
    CHECK(api.get("/api/channels?limit=0").status == 400);
    CHECK(api.get("/api/channels?cursor=AAAA").status == 400);
    CHECK(api.get("/api/channels/nobody").text("code") == "channel_not_found");
}

TEST_CASE("a list is walked by its cursors, and the link to the next page keeps the filters") {
    Api api;
    for (int i = 0; i < 4; ++i)
        api.post("/api/channels", R"({"name":"More"})");
    std::set<std::string> seen;
    std::string target = "/api/channels?status=inactive&limit=2";
    for (int pages = 1;; ++pages) {
        const auto page = api.get(target);
        REQUIRE(page.status == 200);
        for (const auto& item : page.body.at("items").as_array())
            seen.insert(std::string(item.at("id").as_string()));
        CHECK(page.body.at("hasMore") == (pages < 3));
        if (!page.body.at("hasMore").as_bool()) break;
        const auto link = std::string(page.headers.get("Link"));
        target = "/api/channels?status=inactive&limit=2&cursor=" + page.text("nextCursor");
        CHECK(link == "<" + target + ">; rel=\"next\"");
    }
    CHECK(seen.size() == 5);
}

TEST_CASE("an answer that is polled has the same ETag until it changes") {
    Api api;
    const auto tag = std::string(api.get("/api/channels/ch_001").headers.get("ETag"));
    CHECK(tag.starts_with('"'));
    CHECK(api.get("/api/channels/ch_001").headers.get("ETag") == tag);
    CHECK(api.get("/api/channels/ch_001").headers.get("Cache-Control") == "max-age=1");
    api.patch("/api/channels/ch_001", R"({"name":"Renamed"})");
    CHECK(api.get("/api/channels/ch_001").headers.get("ETag") != tag);
}

}  // namespace
}  // namespace tally::control
