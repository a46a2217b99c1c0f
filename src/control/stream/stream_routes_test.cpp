#include "control/testing_http.hpp"

#include <doctest/doctest.h>

namespace tally::control {
namespace {

std::string start_body(const BroadcastId& broadcast) {
    return fmt::format(
        R"({{"channelId":"ch_001","broadcastId":"{}","protocol":"rtmp",)"
        R"("quality":{{"resolution":"1920x1080","bitrate":6000,"fps":60}}}})",
        broadcast.text()
    );
}

TEST_CASE("a started stream is the document that the API promises, key and addresses included") {
    Api api;
    const auto broadcast = api.make_broadcast(api.channel);
    const auto started = api.post("/api/streams/start", start_body(broadcast));
    CHECK(started.status == 201);
    const auto key = started.text("streamKey");
    CHECK(key == api.channels.key_of(api.read_channel()));
    auto body = started.body;
    for (const auto* varying : {"id", "streamKey", "publishUrl", "ingestUrls"})
        body.erase(varying);
    const auto expected = fmt::format(
        R"({{"channelId":"ch_001","broadcastId":"{}","status":"starting","protocol":"RTMP",
             "quality":{{"resolution":"1920x1080","bitrate":6000,"fps":60}},"measured":null,
             "ingestUrl":"rtmp://localhost:1935/live",
             "playbackUrls":{{"hls":"http://localhost:3004/live/ch_001/playlist.m3u8",
                              "dash":"http://localhost:3004/live/ch_001/manifest.mpd",
                              "rtmp":"rtmp://localhost:1935/live/ch_001"}},
             "channel":{{"id":"ch_001","name":"Channel One","slug":"channel-one","status":"inactive"}},
             "healthStatus":"unknown","startedAt":"2023-11-14T22:13:20.000Z","firstMediaAt":null,
             "endedAt":null,"endReason":null,"reconnects":0,"warnings":[]}})",
        broadcast.text()
    );
    CHECK(json::value(body) == json::parse(expected).value());
    CHECK(started.text("publishUrl") == "rtmp://localhost:1935/live/" + key);
    CHECK(started.body.at("ingestUrls").at("rtmp") == started.body.at("publishUrl"));

    const auto again = api.post("/api/streams/start", start_body(broadcast));
    CHECK(again.status == 200);
    CHECK(again.text("id") == started.text("id"));
    CHECK(again.text("streamKey") == key);
}

TEST_CASE("only the answer to start shows the key") {
    Api<OnAirPlane> api;
    const auto key = api.channels.key_of(api.read_channel());
    const auto path = "/api/streams/" + api.encoder.text();
    for (const auto& target : {path, std::string("/api/streams"), path + "/playback"})
        CHECK(json::print(api.get(target).body).find(key) == std::string::npos);
    CHECK(json::print(api.post(path + "/stop").body).find(key) == std::string::npos);
}

TEST_CASE("a stopped stream answers its end, its broadcast's and the recording, again and again") {
    Api<OnAirPlane> api;
    api.clock.advance(Milliseconds(4200));
    const auto path = "/api/streams/" + api.encoder.text();
    const auto stopped = api.post(path + "/stop");
    CHECK(stopped.status == 200);
    CHECK(stopped.text("status") == "stopped");
    CHECK(stopped.text("endReason") == "user");
    CHECK(stopped.body.at("duration") == 5.2);
    CHECK(stopped.body.at("broadcast").at("status") == "completed");
    CHECK(stopped.body.at("broadcast").at("duration") == 5.2);
    CHECK(stopped.body.at("recording").at("playable") == true);
    const auto& master = stopped.body.at("recording").at("masterUrl");
    CHECK(master == json::value("http://localhost:3004/vod/" + api.on_air.text() + "/master.m3u8"));
    CHECK(json::value(api.post(path + "/stop").body) == json::value(stopped.body));
    CHECK(api.get("/api/streams").body.at("items").as_array().empty());
    CHECK(api.get("/api/streams?status=stopped").body.at("items").as_array().size() == 1);
}

TEST_CASE("stopping without completing keeps the broadcast on air") {
    Api<OnAirPlane> api;
    const auto stopped = api.post(
        "/api/streams/" + api.encoder.text() + "/stop", R"({"completeBroadcast":false,"reason":"swap"})"
    );
    CHECK(stopped.text("endReason") == "swap");
    CHECK(stopped.body.at("broadcast").at("status") == "live");
    CHECK(stopped.body.at("recording").is_null());
}

TEST_CASE("playback lists every format, or the one asked for") {
    Api<OnAirPlane> api;
    const auto path = "/api/streams/" + api.encoder.text() + "/playback";
    const auto all = api.get(path);
    CHECK(all.body.at("playbackUrls").as_object().size() == 3);
    CHECK(all.body.at("formats").as_array().size() == 3);
    CHECK(all.body.at("live") == true);
    CHECK(!all.body.contains("url"));
    const auto dash = api.get(path + "?format=dash");
    CHECK(dash.text("format") == "dash");
    CHECK(dash.text("url") == "http://localhost:3004/live/ch_001/manifest.mpd");
    CHECK(dash.body.at("playbackUrls").as_object().size() == 1);
    CHECK(dash.body.at("formats").as_array().at(0).at("mimeType") == "application/dash+xml");
    const auto refused = api.get(path + "?format=betamax");
    CHECK(refused.status == 400);
    CHECK(refused.body.at("supportedFormats") == json::array{"hls", "dash", "rtmp"});
}

TEST_CASE("a stream carries its channel as it is now") {
    Api<OnAirPlane> api;
    const auto found = api.get("/api/streams/" + api.encoder.text());
    CHECK(found.body.at("channel").at("status") == "active");
    CHECK(found.text("status") == "active");
    CHECK(found.text("firstMediaAt") == "2023-11-14T22:13:21.000Z");
    for (const auto* internal : {"lostAt", "saidGoodbye", "deadlineAt"})
        CHECK(!found.body.contains(internal));
}

TEST_CASE("an unknown stream is 404 in every route, a wrong body 400") {
    Api api;
    for (const auto* path : {"/api/streams/st_none", "/api/streams/st_none/playback"})
        CHECK(api.get(path).text("code") == "stream_not_found");
    CHECK(api.post("/api/streams/st_none/stop").text("code") == "stream_not_found");
    const auto refused = api.post("/api/streams/start", R"({"quality":{"resolution":"big","fps":"60"}})");
    CHECK(refused.status == 400);
    std::vector<std::string> pointers;
    for (const auto& error : refused.body.at("errors").as_array())
        pointers.emplace_back(error.at("pointer").as_string());
    CHECK(
        pointers ==
        std::vector<std::string>{"/channelId", "/broadcastId", "/quality/resolution", "/quality/fps"}
    );
}

}  // namespace
}  // namespace tally::control
