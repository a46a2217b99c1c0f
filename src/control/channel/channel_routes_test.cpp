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

TEST_CASE("a deleted channel is gone, its plans with it, and its broadcasts stay") {
    Api api;
    const auto id = api.post("/api/channels", R"({"name":"Passing","slug":"passing"})").text("id");
    const auto of_channel =
        R"({"channelId":")" + id + R"(","title":"x","scheduledStart":"2099-01-01T00:00:00Z"})";
    const auto broadcast = api.post("/api/broadcasts", of_channel).text("id");
    const auto event = api.post("/api/broadcasts/schedule", of_channel).text("id");
    const auto deleted = api.del("/api/channels/passing");
    CHECK(deleted.status == 200);
    CHECK(deleted.text("status") == "disabled");
    CHECK(deleted.text("deletedAt") == "2023-11-14T22:13:20.000Z");
    api.clock.advance(Milliseconds(1000));
    CHECK(api.del("/api/channels/" + id).body == deleted.body);
    CHECK(api.get("/api/channels/passing").status == 410);
    CHECK(api.get("/api/channels/" + id).text("code") == "channel_deleted");
    CHECK(api.patch("/api/channels/" + id, "{}").status == 410);
    CHECK(api.post("/api/channels/" + id + "/rotate-key").status == 410);
    CHECK(api.post("/api/broadcasts", of_channel).text("code") == "channel_deleted");
    CHECK(api.get("/api/channels").body.at("items").as_array().size() == 1);
    CHECK(!api.channels.names().find("passing"));
    CHECK(api.get("/api/broadcasts/" + broadcast).text("status") == "cancelled");
    CHECK(api.get("/api/broadcasts/scheduled/" + event).text("status") == "cancelled");
    CHECK(api.del("/api/channels/nobody").status == 404);
}

TEST_CASE("a channel on the air is not deleted") {
    Api<OnAirPlane> api;
    const auto refused = api.del("/api/channels/ch_001");
    CHECK(refused.status == 409);
    CHECK(refused.text("code") == "channel_busy");
    CHECK(refused.text("activeStreamId") == api.encoder.text());
}

TEST_CASE("a channel is patched only in the version that the client has seen") {
    Api api;
    const auto tag = std::string(api.get("/api/channels/ch_001").headers.get("ETag"));
    api.set_header("If-Match", tag);
    CHECK(api.patch("/api/channels/ch_001?strict=true", R"({"name":"First"})").status == 200);
    CHECK(api.patch("/api/channels/ch_001", R"({"name":"Second"})").status == 412);
    api.set_header("If-Match", "");
    CHECK(api.patch("/api/channels/ch_001?strict=true", R"({"name":"Second"})").status == 428);
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
