#include "control/testing_http.hpp"

#include <doctest/doctest.h>

namespace tally::control {
namespace {

TEST_CASE("a created broadcast is the document that the API promises") {
    Api api;
    const auto created =
        api.post("/api/broadcasts", R"({"channelId":"ch_001","title":"A title","tags":["tech"]})");
    CHECK(created.status == 201);
    CHECK(created.headers.get("Location") == "/api/broadcasts/" + created.text("id"));
    auto body = created.body;
    body.erase("id");
    CHECK(
        json::value(body) == json::parse(R"({
            "channelId":"ch_001","channelName":"channel-one","title":"A title","description":"","tags":["tech"],
            "channel":{"id":"ch_001","name":"Channel One","slug":"channel-one","status":"inactive"},
            "status":"scheduled","mediaState":"none","visibility":"public","autoEnd":900,"record":true,
            "scheduledId":null,"scheduledStart":null,"estimatedDuration":null,
            "createdAt":"2023-11-14T22:13:20.000Z","startedAt":null,"endedAt":null,"duration":null,
            "mediaDuration":null,"endReason":null,"streamIds":[],"activeStreamId":null,"recordingId":null,
            "alertCounts":{"info":0,"warning":0,"critical":0},
            "urls":{"hls":"http://localhost:3004/live/ch_001/playlist.m3u8",
                    "dash":"http://localhost:3004/live/ch_001/manifest.mpd",
                    "rtmp":"rtmp://localhost:1935/live/ch_001",
                    "thumbnail":"http://localhost:3004/thumbnails/ch_001.jpg"},
            "metadata":{},"warnings":[]})")
                                 .value()
    );
}

TEST_CASE("start and complete answer the broadcast as it then is") {
    Api api;
    const auto path = "/api/broadcasts/" + api.make_broadcast(api.channel).text();
    const auto started = api.post(path + "/start");
    CHECK(started.status == 200);
    CHECK(started.text("status") == "live");
    CHECK(started.body.at("channel").at("status") == "active");
    CHECK(started.body.at("warnings").as_array().at(0).at("code") == "no_stream_bound");
    api.clock.advance(Milliseconds(2500));
    const auto completed = api.post(path + "/complete");
    CHECK(completed.text("status") == "completed");
    CHECK(completed.body.at("duration") == 2.5);
    CHECK(api.get(path).body.at("duration") == 2.5);
    const auto refused = api.post(path + "/start");
    CHECK(refused.status == 409);
    CHECK(refused.text("code") == "invalid_state_transition");
    CHECK(refused.text("currentStatus") == "completed");
    CHECK(refused.body.at("allowedTransitions") == json::array());
}

TEST_CASE("a text that the store cannot keep whole is refused, and metadata is kept as it is") {
    Api api;
    const auto refused = api.post(
        "/api/broadcasts",
        R"({"channelId":"ch_001","title":"A title","description":"one\u0000two","tags":["a\u0000b"]})"
    );
    CHECK(refused.status == 400);
    CHECK(refused.text("code") == "validation_failed");
    CHECK(refused.body.at("errors").at(0).at("pointer") == "/description");
    CHECK(refused.body.at("errors").at(1).at("pointer") == "/tags/0");
    const auto kept = api.post(
        "/api/broadcasts", R"({"channelId":"ch_001","title":"A title","metadata":{"k":"one\u0000two"}})"
    );
    CHECK(kept.status == 201);
    const auto read = api.get("/api/broadcasts/" + kept.text("id"));
    CHECK(read.body.at("metadata").at("k").as_string() == std::string_view("one\0two", 7));
}

TEST_CASE("what is not there is 404, what is wrong is 400") {
    Api api;
    CHECK(api.get("/api/broadcasts/bc_nothing").text("code") == "broadcast_not_found");
    CHECK(api.get("/api/broadcasts/..%2f").status == 404);
    CHECK(
        api.post("/api/broadcasts", R"({"channelId":"ch_nobody","title":"x"})").text("code") ==
        "channel_not_found"
    );
    const auto untitled = api.post("/api/broadcasts", R"({"channelId":"ch_001"})");
    CHECK(untitled.status == 400);
    CHECK(untitled.body.at("errors").as_array().at(0).at("pointer") == "/title");
    const auto path = "/api/broadcasts/" + api.make_broadcast(api.channel).text();
    CHECK(api.post(path + "/start?requireMedia=maybe").status == 400);
    CHECK(api.post(path + "/start?requireMedia=true").text("code") == "stream_not_receiving_media");
    for (const auto* query : {"status=on", "from=yesterday", "sort=title", "channelId=..%2f", "order=up"})
        CHECK(api.get(std::string("/api/broadcasts?") + query).status == 400);
    // Left out, a filter that cannot be read would show what it was to hide.
    for (const auto* query : {"channelId=%zz", "q=%FF", "tag=a%00b", "limit=5&q=%"}) {
        const auto refused = api.get(std::string("/api/broadcasts?") + query);
        CHECK(refused.status == 400);
        CHECK(refused.body.at("errors").at(0).at("code") == "malformed");
    }
}

TEST_CASE("a patch changes what it names, but never the status") {
    Api api;
    const auto path = "/api/broadcasts/" + api.make_broadcast(api.channel).text();
    const auto patched = api.patch(path, R"({"title":"Another","tags":["a"],"metadata":{"k":1}})");
    CHECK(patched.status == 200);
    CHECK(patched.text("title") == "Another");
    CHECK(patched.text("description") == "");
    CHECK(api.get(path).body.at("tags") == json::array{"a"});
    const auto refused = api.patch(path, R"({"status":"live","title":""})");
    CHECK(refused.status == 400);
    CHECK(refused.body.at("errors").as_array().size() == 2);
    CHECK(api.get(path).text("status") == "scheduled");
    CHECK(api.patch("/api/broadcasts/bc_nothing", "{}").status == 404);
}

TEST_CASE("a patch with If-Match changes only what the client has seen, and strict demands it") {
    Api api;
    const auto path = "/api/broadcasts/" + api.make_broadcast(api.channel).text();
    CHECK(api.patch(path + "?strict=true", R"({"title":"x"})").text("code") == "precondition_required");
    const auto tag = std::string(api.get(path).headers.get("ETag"));
    api.set_header("If-Match", "\"other\", W/" + tag);
    CHECK(api.patch(path + "?strict=true", R"({"title":"First"})").status == 200);
    const auto late = api.patch(path, R"({"title":"Second"})");
    CHECK(late.status == 412);
    CHECK(late.text("code") == "precondition_failed");
    CHECK(api.get(path).text("title") == "First");
    api.set_header("If-Match", "*");
    CHECK(api.patch(path, R"({"title":"Second"})").status == 200);
}

TEST_CASE("a body that says it is no JSON is 415") {
    Api api;
    const std::string body = R"({"channelId":"ch_001","title":"x"})";
    for (const auto* type : {"text/plain", "application/x-www-form-urlencoded", "application/jsonp"}) {
        api.set_header("Content-Type", type);
        CHECK(api.post("/api/broadcasts", body).text("code") == "unsupported_media_type");
        CHECK(api.post("/api/broadcasts/schedule", body).status == 415);
    }
    for (const auto* type :
         {"application/json; charset=utf-8", "Application/JSON", "application/vnd.x+json"}) {
        api.set_header("Content-Type", type);
        CHECK(api.post("/api/broadcasts", body).status == 201);
    }
}

TEST_CASE("a broadcast comes with what is asked for, and without it when that is out of reach") {
    Api api;
    http::Router router;
    const auto recording = [](const BroadcastDetails& details) -> Async<json::value> {
        co_return json::object{{"broadcastId", details.broadcast.id.text()}};
    };
    const auto streams = [](const BroadcastDetails&) -> Async<json::value> {
        throw std::runtime_error("gone");
        co_return nullptr;
    };
    add_broadcast_routes(
        router, api.broadcasts, api.cursors, {}, {{"recording", recording}, {"streams", streams}}
    );
    api.router = router;
    const auto id = api.make_broadcast(api.channel).text();
    const auto read = api.get("/api/broadcasts/" + id + "?include=recording,streams,analytics");
    CHECK(read.status == 200);
    CHECK(read.body.at("recording").at("broadcastId").as_string() == id);
    for (const auto* name : {"streams", "analytics"})
        CHECK(read.body.at(name).is_null());
    CHECK(read.text("analyticsError") == "Analytics temporarily unavailable");
    CHECK(!api.get("/api/broadcasts/" + id).body.contains("recording"));
    CHECK(api.get("/api/broadcasts/" + id + "?include=secrets").status == 400);
}

TEST_CASE("the list filters and sorts") {
    Api api;
    const auto first = api.make_broadcast(api.channel, "First");
    api.clock.advance(Milliseconds(1000));
    const auto second = api.make_broadcast(api.channel, "Second");
    api.clock.advance(Milliseconds(1000));
    api.go_live(first);
    const auto ids = [&](const std::string& query) {
        std::vector<std::string> found;
        const auto page = api.get("/api/broadcasts?" + query);
        for (const auto& item : page.body.at("items").as_array())
            found.emplace_back(item.at("id").as_string());
        return found;
    };
    using Ids = std::vector<std::string>;
    CHECK(ids("") == Ids{first.text(), second.text()});
    CHECK(ids("sort=-createdAt") == Ids{second.text(), first.text()});
    CHECK(ids("sort=createdAt") == Ids{first.text(), second.text()});
    CHECK(ids("status=live&channelId=ch_001") == Ids{first.text()});
    CHECK(ids("q=seco") == Ids{second.text()});
    CHECK(ids("to=2023-11-14T22:13:21.000Z") == Ids{first.text()});
    CHECK(ids("channelId=ch_none").empty());
}

TEST_CASE("a store that fails is 503 with Retry-After, and nothing was changed") {
    Api api;
    const auto id = api.make_broadcast(api.channel);
    const auto rename = [&](const std::string& statement) {
        wait(api.database->transact([&](sql::Session& session) {
            session.execute(statement);
            return true;
        }));
    };
    rename("alter table channels rename to lost");
    const auto refused = api.post("/api/broadcasts/" + id.text() + "/start");
    CHECK(refused.status == 503);
    CHECK(refused.text("code") == "store_unavailable");
    CHECK(refused.body.at("retryable") == true);
    CHECK(!refused.headers.get("Retry-After").empty());
    rename("alter table lost rename to channels");
    CHECK(api.broadcast(id).status == BroadcastStatus::scheduled);
}

}  // namespace
}  // namespace tally::control
