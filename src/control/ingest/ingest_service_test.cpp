#include "control/ingest/ingest_service.hpp"

#include "control/testing.hpp"

#include <doctest/doctest.h>

namespace tally::control {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::string key_of(ControlPlane& plane) {
    return plane.channels.key_of(plane.read_channel());
}

void turn_auto_live_off(ControlPlane& plane) {
    REQUIRE(wait(plane.channels.patch("ch_001", {.auto_live = false})));
}

TEST_CASE("a key leads to the stream that was started for its channel") {
    ControlPlane plane;
    const auto stream = plane.start_stream(plane.make_broadcast(plane.channel));
    const auto by_key = wait(plane.ingest.admit({.name = key_of(plane)}));
    REQUIRE(by_key);
    CHECK(by_key->stream == stream);
    const auto by_slug = wait(plane.ingest.admit({.name = "channel-one", .key = key_of(plane)}));
    REQUIRE(by_slug);
    CHECK(by_slug->stream == stream);
}

TEST_CASE("a wrong key is refused, and the refusal does not repeat it") {
    ControlPlane plane;
    for (const PublishRequest& request :
         {PublishRequest{.name = "sk_live_guess"}, PublishRequest{.name = "ch_001", .key = "sk_live_guess"}
         }) {
        const auto refused = wait(plane.ingest.admit(request));
        REQUIRE(!refused);
        CHECK(refused.error().code == Errc::refused);
        CHECK(refused.error().context.find("guess") == std::string::npos);
    }
}

TEST_CASE("nothing that the store holds lets anyone publish") {
    ControlPlane plane({.open_on_loopback = false});
    plane.start_stream(plane.make_broadcast(plane.channel));
    std::size_t tried = 0;
    for (const auto* table : {"channels", "channel_slugs", "broadcasts", "streams"}) {
        const auto rows = wait(plane.database->read([&](sql::Session& session) {
            return session.rows(fmt::format("select * from {}", table));
        }));
        for (const auto& row : rows)
            for (const auto& [column, value] : row) {
                const auto* text = std::get_if<std::string>(&value);
                if (text == nullptr) continue;
                CAPTURE(column);
                CHECK(!wait(plane.ingest.admit({.name = *text, .loopback = true})));
                CHECK(!wait(plane.ingest.admit({.name = "ch_001", .key = *text, .loopback = true})));
                CHECK(!wait(plane.ingest.admit({.name = "sk_live_" + *text, .loopback = true})));
                ++tried;
            }
    }
    CHECK(tried > 20);
}

TEST_CASE("a name that is no text is refused, whatever the database would make of it") {
    ControlPlane plane;
    for (const auto* name : {"\xff\xfe", "ch_001\xc3"}) {
        const auto by_name = wait(plane.ingest.admit({.name = name, .loopback = true}));
        REQUIRE(!by_name);
        CHECK(by_name.error().code == Errc::refused);
        const auto by_key = wait(plane.ingest.admit({.name = name, .key = "guess", .loopback = true}));
        REQUIRE(!by_key);
        CHECK(by_key.error().code == Errc::refused);
    }
}

TEST_CASE("a quality is declared by the start or the channel, and by nobody for an unannounced encoder") {
    ControlPlane plane;
    REQUIRE(wait(plane.ingest.admit({.name = key_of(plane)})));
    CHECK_FALSE(plane.live.starts.back().quality_declared);

    ControlPlane with_channel;
    QualityTarget hd;
    hd.resolution = Resolution{.width = 1280, .height = 720};
    REQUIRE(wait(with_channel.channels.patch("ch_001", {.default_quality = hd})));
    REQUIRE(wait(with_channel.ingest.admit({.name = key_of(with_channel)})));
    CHECK(with_channel.live.starts.back().quality_declared);

    ControlPlane with_start;
    const auto broadcast = with_start.make_broadcast(with_start.channel);
    QualityTarget same;
    same.bitrate = Quality().bitrate;
    REQUIRE(wait(with_start.streams.start(
        {.channel_id = with_start.channel, .broadcast_id = broadcast, .quality = same}
    )));
    CHECK(with_start.live.starts.back().quality_declared);
}

TEST_CASE("a rotated key no longer lets anyone publish") {
    ControlPlane plane;
    const auto old_key = key_of(plane);
    REQUIRE(wait(plane.channels.rotate_key("ch_001")));
    CHECK(!wait(plane.ingest.admit({.name = old_key})));
    CHECK(wait(plane.ingest.admit({.name = key_of(plane)})));
}

TEST_CASE("without a key a channel's name opens on loopback alone, and only where that is allowed") {
    ControlPlane open;
    CHECK(wait(open.ingest.admit({.name = "ch_001", .loopback = true})));
    CHECK(!wait(open.ingest.admit({.name = "ch_001", .loopback = false})));
    CHECK(!wait(open.ingest.admit({.name = "ch_nobody", .loopback = true})));
    CHECK(!wait(open.ingest.admit({.name = std::string("ch_001\0more", 11), .loopback = true})));
    ControlPlane closed({.open_on_loopback = false});
    CHECK(!wait(closed.ingest.admit({.name = "ch_001", .loopback = true})));
}

TEST_CASE("an unannounced encoder starts a broadcast that is live and carries the channel's name") {
    ControlPlane plane;
    const auto admitted = wait(plane.ingest.admit({.name = key_of(plane)}));
    REQUIRE(admitted);
    REQUIRE(plane.live.starts.size() == 1);
    const auto broadcast = plane.broadcast(plane.live.starts[0].broadcast);
    CHECK(broadcast.status == BroadcastStatus::live);
    CHECK(broadcast.title == "Channel One");
    CHECK(broadcast.media_state == MediaState::waiting);
    CHECK(plane.read_channel().status == ChannelStatus::active);
    const auto again = wait(plane.ingest.admit({.name = key_of(plane)}));
    CHECK(again->stream == admitted->stream);
}

TEST_CASE("the goodbye plus the window ends what an encoder began") {
    ControlPlane plane;
    const auto stream = wait(plane.ingest.admit({.name = key_of(plane)}))->stream;
    const auto broadcast = plane.live.starts[0].broadcast;
    plane.lifecycle.media_arrived(stream);
    plane.lifecycle.encoder_left(stream, true);
    plane.settle();
    plane.advance(seconds(9));
    CHECK(plane.broadcast(broadcast).status == BroadcastStatus::live);
    plane.advance(seconds(1));
    CHECK(plane.broadcast(broadcast).status == BroadcastStatus::completed);
    CHECK(plane.broadcast(broadcast).end_reason == "encoder_stopped");
    CHECK(plane.live.finished == std::vector{broadcast});
}

TEST_CASE("a lost encoder leaves its unannounced broadcast the usual 15 minutes") {
    ControlPlane plane;
    const auto stream = wait(plane.ingest.admit({.name = key_of(plane)}))->stream;
    const auto broadcast = plane.live.starts[0].broadcast;
    plane.lifecycle.media_arrived(stream);
    plane.lifecycle.encoder_left(stream, false);
    plane.settle();
    plane.advance(minutes(1));
    CHECK(plane.broadcast(broadcast).media_state == MediaState::interrupted);
    plane.advance(minutes(14));
    CHECK(plane.broadcast(broadcast).end_reason == "encoder_lost");
}

TEST_CASE("an unannounced encoder that never sends media leaves nothing on air") {
    ControlPlane plane;
    const auto stream = wait(plane.ingest.admit({.name = key_of(plane)}))->stream;
    plane.lifecycle.encoder_left(stream, false);
    plane.settle();
    plane.advance(minutes(1));
    CHECK(plane.stream(stream).status == StreamStatus::failed);
    CHECK(plane.read_channel().status == ChannelStatus::inactive);
}

TEST_CASE("without autoLive an unannounced encoder is told why it is refused") {
    ControlPlane plane;
    turn_auto_live_off(plane);
    const auto refused = wait(plane.ingest.admit({.name = key_of(plane)}));
    REQUIRE(!refused);
    CHECK(refused.error().code == Errc::refused);
    CHECK(refused.error().context == "no stream was started for this channel");
}

TEST_CASE("a live broadcast without a stream takes the next encoder, whatever autoLive says") {
    OnAirPlane plane;
    turn_auto_live_off(plane);
    REQUIRE(wait(plane.streams.stop(plane.encoder, {.complete_broadcast = false})));
    const auto admitted = wait(plane.ingest.admit({.name = key_of(plane)}));
    REQUIRE(admitted);
    CHECK(plane.stream(admitted->stream).broadcast_id == plane.on_air);
}

TEST_CASE("an encoder that redials by itself after a stop begins nothing, one that was quiet does") {
    OnAirPlane plane;
    REQUIRE(wait(plane.streams.stop(plane.encoder, {})));
    for (int redial = 0; redial < 3; ++redial) {
        plane.clock.advance(seconds(59));
        const auto refused = wait(plane.ingest.admit({.name = key_of(plane)}));
        REQUIRE(!refused);
        CHECK(refused.error().code == Errc::refused);
    }
    plane.clock.advance(seconds(60));
    CHECK(wait(plane.ingest.admit({.name = key_of(plane)})));
}

TEST_CASE("after a stop the encoder is let in for a stream that is started") {
    OnAirPlane plane;
    REQUIRE(wait(plane.broadcasts.complete(plane.on_air)));
    CHECK(!wait(plane.ingest.admit({.name = key_of(plane)})));
    const auto next = plane.start_stream(plane.make_broadcast(plane.channel));
    CHECK(wait(plane.ingest.admit({.name = key_of(plane)}))->stream == next);
    REQUIRE(wait(plane.streams.stop(next, {})));
    CHECK(wait(plane.ingest.admit({.name = key_of(plane)})));  // no encoder was there that could redial
}

TEST_CASE("what an encoder began ends when it sends what cannot be carried") {
    ControlPlane plane;
    const auto stream = wait(plane.ingest.admit({.name = key_of(plane)}))->stream;
    const auto broadcast = plane.stream(stream).broadcast_id;
    plane.lifecycle.media_refused(stream, "unsupported_codec");
    plane.lifecycle.encoder_left(stream, false);
    plane.settle();
    CHECK(plane.stream(stream).status == StreamStatus::failed);
    CHECK(plane.stream(stream).end_reason == "unsupported_codec");
    CHECK(plane.broadcast(broadcast).status == BroadcastStatus::completed);
    CHECK(plane.broadcast(broadcast).end_reason == "unsupported_codec");
}

TEST_CASE("a disabled channel takes no encoder") {
    ControlPlane plane;
    REQUIRE(wait(plane.channels.patch("ch_001", {.status = ChannelStatus::disabled})));
    CHECK(wait(plane.ingest.admit({.name = key_of(plane)})).error().context == "the channel is disabled");
}

}  // namespace
}  // namespace tally::control
