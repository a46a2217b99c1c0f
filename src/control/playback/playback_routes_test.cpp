#include "control/playback/playback_routes.hpp"

#include "control/testing_http.hpp"

#include <doctest/doctest.h>

namespace tally::control {
namespace {

struct PlaybackApi : Api<OnAirPlane> {
    PlaybackApi() { add_playback_routes(router, channels, broadcasts, tokens, {}); }

    static std::string url(const Answer& answer, std::string_view name) {
        return std::string(answer.body.at("urls").at(name).as_string());
    }

    bool opens(const std::string& token, std::string_view subject, std::string_view peer = "203.0.113.7")
        const {
        return tokens.check(token, peer, {subject}).has_value();
    }
};

TEST_CASE_FIXTURE(
    PlaybackApi, "a token is signed for a channel by any of its names, and comes in its addresses"
) {
    const auto signed_ = post("/api/cdn/sign", R"({"channelId":"channel-one","expiresIn":600})");
    REQUIRE(signed_.status == 200);
    CHECK(signed_.text("subject") == "ch_001");
    const auto token = signed_.text("token");
    CHECK(opens(token, "ch_001"));
    CHECK(url(signed_, "hls") == "http://localhost:3004/live/ch_001/playlist.m3u8?token=" + token);
    CHECK(url(signed_, "rtmp") == "rtmp://localhost:1935/live/ch_001?token=" + token);
    clock.advance(std::chrono::minutes(10));
    CHECK(!opens(token, "ch_001"));
}

TEST_CASE_FIXTURE(PlaybackApi, "a token of one broadcast opens that one alone, from where it may") {
    const auto body = fmt::format(R"({{"broadcastId":"{}","ipPrefix":"203.0.113.0/24"}})", on_air.text());
    const auto signed_ = post("/api/cdn/sign", body);
    REQUIRE(signed_.status == 200);
    const auto token = signed_.text("token");
    CHECK(opens(token, on_air.text()));
    CHECK(!opens(token, on_air.text(), "198.51.100.1"));
    CHECK(!opens(token, "ch_001"));
    CHECK(
        url(signed_, "hls") ==
        fmt::format("http://localhost:3004/vod/{}/master.m3u8?token={}", on_air.text(), token)
    );
}

TEST_CASE_FIXTURE(PlaybackApi, "what cannot be signed is refused") {
    CHECK(post("/api/cdn/sign", "{}").text("code") == "validation_failed");
    CHECK(post("/api/cdn/sign", R"({"channelId":"ch_001","viewer":{"ageBand":"18-24"}})").status == 400);
    CHECK(
        post(
            "/api/cdn/sign", R"({"channelId":"ch_001","viewer":{"gender":"a person's name"},"consent":true})"
        )
            .status == 400
    );
    CHECK(post("/api/cdn/sign", R"({"channelId":"a","broadcastId":"b"})").status == 400);
    CHECK(post("/api/cdn/sign", R"({"channelId":"ch_001","expiresIn":59})").status == 400);
    CHECK(post("/api/cdn/sign", R"({"channelId":"ch_001","ipPrefix":"x"})").status == 400);
    CHECK(post("/api/cdn/sign", R"({"channelId":"nobody"})").text("code") == "channel_not_found");
    CHECK(post("/api/cdn/sign", R"({"broadcastId":"bc_x"})").text("code") == "broadcast_not_found");
}

TEST_CASE_FIXTURE(PlaybackApi, "playback gives addresses with a token when asked for one") {
    const auto path = "/api/streams/" + encoder.text() + "/playback";
    CHECK(get(path).body.at("expiresAt").is_null());
    const auto answer = get(path + "?token=1&format=hls");
    const auto url = answer.text("url");
    const auto mark = url.find("?token=");
    REQUIRE(mark != std::string::npos);
    CHECK(opens(url.substr(mark + 7), "ch_001"));
    CHECK(
        parse_rfc3339(answer.text("expiresAt")) ==
        Time(std::chrono::floor<std::chrono::seconds>(clock.now())) + std::chrono::hours(4)
    );
}

TEST_CASE_FIXTURE(PlaybackApi, "the media side hears at once that a broadcast is public no more") {
    REQUIRE(patch("/api/broadcasts/" + on_air.text(), R"({"visibility":"private"})").status == 200);
    CHECK(live.visibilities.at(on_air) == Visibility::private_);
}

}  // namespace
}  // namespace tally::control
