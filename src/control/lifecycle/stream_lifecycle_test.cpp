#include "control/lifecycle/stream_lifecycle.hpp"

#include "control/lifecycle/media_side.hpp"
#include "control/testing.hpp"
#include "net/spawn.hpp"

#include <doctest/doctest.h>

#include <thread>

namespace tally::control {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// Runs a statement past all use cases.
void run_sql(ControlPlane& plane, const std::string& statement) {
    wait(plane.database->transact([&](sql::Session& session) {
        session.execute(statement);
        return true;
    }));
}

TEST_CASE("the first media makes the stream active and the broadcast receiving") {
    ControlPlane plane;
    const auto broadcast = plane.make_broadcast(plane.channel);
    const auto stream = plane.start_stream(broadcast);
    plane.lifecycle.media_arrived(stream);
    CHECK(!plane.settle());
    CHECK(plane.stream(stream).status == StreamStatus::active);
    CHECK(plane.stream(stream).first_media_at == plane.clock.now());
    CHECK(plane.broadcast(broadcast).media_state == MediaState::receiving);
}

TEST_CASE("media whose end is in the store, and nowhere else, is ended with its recording") {
    OnAirPlane plane;
    wait(plane.lifecycle.end_leftovers());
    CHECK(plane.live.ended.empty());
    // As stop() leaves it when it never hears of its own commit.
    wait(plane.database->transact([&](sql::Session& session) {
        auto on_air = load(session, plane.encoder);
        stop_stream(on_air, true, "user", plane.clock.now());
        save(session, on_air, plane.clock.now());
        return true;
    }));
    wait(plane.lifecycle.end_leftovers());
    CHECK(plane.live.ended == std::vector{plane.encoder});
    CHECK(plane.live.finished == std::vector{plane.on_air});
    wait(plane.lifecycle.end_leftovers());
    CHECK(plane.live.ended.size() == 1);
}

TEST_CASE("a stream that no encoder ever feeds fails after 30 minutes, and its broadcast goes on") {
    ControlPlane plane;
    const auto broadcast = plane.make_broadcast(plane.channel);
    const auto stream = plane.start_stream(broadcast);
    plane.go_live(broadcast);
    CHECK(plane.advance(minutes(30) - Milliseconds(1)) == plane.clock.now() + Milliseconds(1));
    CHECK(plane.stream(stream).status == StreamStatus::starting);
    CHECK(!plane.advance(Milliseconds(1)));
    CHECK(plane.stream(stream).status == StreamStatus::failed);
    CHECK(plane.stream(stream).end_reason == "no_media_timeout");
    CHECK(plane.broadcast(broadcast).status == BroadcastStatus::live);
    CHECK(plane.broadcast(broadcast).media_state == MediaState::none);
    CHECK(!plane.read_channel().current_stream_id);
    CHECK(plane.live.ended == std::vector{stream});
}

TEST_CASE("a lost encoder that returns within the window is one reconnect, and nobody sees an interruption") {
    OnAirPlane plane;
    plane.lifecycle.encoder_left(plane.encoder, false);
    CHECK(plane.settle() == plane.clock.now() + seconds(60));
    CHECK(plane.stream(plane.encoder).status == StreamStatus::reconnecting);
    plane.advance(seconds(59));
    CHECK(plane.broadcast(plane.on_air).media_state == MediaState::receiving);
    plane.lifecycle.media_arrived(plane.encoder);
    CHECK(!plane.settle());
    CHECK(plane.stream(plane.encoder).status == StreamStatus::active);
    CHECK(plane.stream(plane.encoder).reconnects == 1);
}

TEST_CASE("past the window the broadcast is interrupted, and resumes when the encoder is back") {
    OnAirPlane plane;
    plane.lifecycle.encoder_left(plane.encoder, false);
    const auto lost_at = plane.clock.now();
    plane.settle();
    CHECK(plane.advance(seconds(60)) == lost_at + minutes(15));
    CHECK(plane.stream(plane.encoder).status == StreamStatus::reconnecting);
    CHECK(plane.broadcast(plane.on_air).media_state == MediaState::interrupted);
    plane.lifecycle.media_arrived(plane.encoder);
    plane.settle();
    CHECK(plane.broadcast(plane.on_air).media_state == MediaState::receiving);
}

TEST_CASE("a goodbye shortens the window to 10 seconds") {
    OnAirPlane plane;
    plane.lifecycle.encoder_left(plane.encoder, true);
    CHECK(plane.settle() == plane.clock.now() + seconds(10));
    plane.advance(seconds(10));
    CHECK(plane.broadcast(plane.on_air).media_state == MediaState::interrupted);
    CHECK(plane.broadcast(plane.on_air).status == BroadcastStatus::live);
}

TEST_CASE("a channel's own window holds, also below the goodbye's") {
    OnAirPlane plane;
    REQUIRE(wait(plane.channels.patch("ch_001", {.reconnect_window = seconds(5)})));
    plane.lifecycle.encoder_left(plane.encoder, true);
    CHECK(plane.settle() == plane.clock.now() + seconds(5));
}

TEST_CASE("without an encoder for 15 minutes the broadcast is completed") {
    OnAirPlane plane;
    plane.lifecycle.encoder_left(plane.encoder, false);
    plane.settle();
    plane.advance(seconds(60));
    plane.advance(minutes(14));
    CHECK(plane.stream(plane.encoder).status == StreamStatus::stopped);
    CHECK(plane.stream(plane.encoder).end_reason == "encoder_lost");
    const auto ended = plane.broadcast(plane.on_air);
    CHECK(ended.status == BroadcastStatus::completed);
    CHECK(ended.end_reason == "encoder_lost");
    CHECK(ended.media_state == MediaState::ended);
    CHECK(plane.live.finished == std::vector{plane.on_air});
    CHECK(plane.read_channel().status == ChannelStatus::inactive);
}

TEST_CASE("a scheduled broadcast survives its lost encoder") {
    ControlPlane plane;
    const auto broadcast = plane.make_broadcast(plane.channel);
    const auto stream = plane.start_stream(broadcast);
    plane.lifecycle.media_arrived(stream);
    plane.lifecycle.encoder_left(stream, false);
    plane.settle();
    plane.advance(minutes(1));
    plane.advance(minutes(14));
    CHECK(plane.stream(stream).status == StreamStatus::stopped);
    CHECK(plane.broadcast(broadcast).status == BroadcastStatus::scheduled);
}

TEST_CASE("what encoders do after the end changes nothing") {
    OnAirPlane plane;
    REQUIRE(wait(plane.streams.stop(plane.encoder, {})));
    plane.lifecycle.encoder_left(plane.encoder, true);
    plane.lifecycle.media_arrived(plane.encoder);
    CHECK(!plane.settle());
    CHECK(plane.stream(plane.encoder).status == StreamStatus::stopped);
}

TEST_CASE("a stream that is ended while it is being started does not stay behind on the media side") {
    OnAirPlane plane;
    const auto late = plane.live.starts.front();
    REQUIRE(wait(plane.streams.stop(plane.encoder, {})));
    plane.live.ended.clear();
    wait(start_media(*plane.database, plane.live, late));
    CHECK(plane.live.ended == std::vector{plane.encoder});
}

TEST_CASE("after a crash running streams wait for their encoders, the windows counting from the restart") {
    OnAirPlane plane;
    const auto waiting = [&] {
        const auto other = wait(plane.channels.create({.name = "Other"}))->id;
        const auto broadcast = plane.make_broadcast(other);
        const auto started = wait(plane.streams.start({.channel_id = other, .broadcast_id = broadcast}));
        return started->details.stream.id;
    }();
    plane.live.starts.clear();
    plane.clock.advance(minutes(50));

    StreamLifecycle restarted(plane.home.get_executor(), *plane.database, plane.clock, plane.live);
    wait(restarted.recover());
    REQUIRE(plane.live.starts.size() == 2);
    CHECK(plane.live.starts[0].resume);
    CHECK(plane.live.starts[0].recording == plane.broadcast(plane.live.starts[0].broadcast).recording_id);
    CHECK(plane.stream(plane.encoder).status == StreamStatus::reconnecting);
    CHECK(plane.broadcast(plane.on_air).status == BroadcastStatus::live);
    CHECK(wait(restarted.settle()) == plane.clock.now() + seconds(60));
    CHECK(plane.stream(waiting).status == StreamStatus::starting);
    CHECK(plane.stream(waiting).deadline_at == plane.clock.now() + minutes(30));
}

TEST_CASE("a recording whose broadcast ended just before a crash is finished at the next start, once") {
    OnAirPlane plane;
    wait(plane.database->transact([&](sql::Session& session) {
        auto on_air = load(session, plane.encoder);
        stop_stream(on_air, true, "user", plane.clock.now());
        save(session, on_air, plane.clock.now());
        return true;
    }));
    for (int starts = 0; starts < 2; ++starts) {
        StreamLifecycle restarted(plane.home.get_executor(), *plane.database, plane.clock, plane.live);
        wait(restarted.recover());
        CHECK(plane.live.finished == std::vector{plane.on_air});
        CHECK(plane.broadcast(plane.on_air).media_duration == Milliseconds(1500));
    }
}

TEST_CASE("while the store fails, what happened is kept, and applied in order when it is back") {
    OnAirPlane plane;
    run_sql(plane, "alter table streams rename to lost");
    plane.lifecycle.encoder_left(plane.encoder, false);
    plane.lifecycle.media_arrived(plane.encoder);
    CHECK_THROWS_AS(plane.settle(), sql::Unavailable);
    run_sql(plane, "alter table lost rename to streams");
    plane.settle();
    CHECK(plane.stream(plane.encoder).status == StreamStatus::active);
    CHECK(plane.stream(plane.encoder).reconnects == 1);
}

TEST_CASE("run() acts on its own, and returns when closed") {
    OnAirPlane plane;
    plane.home.restart();
    net::spawn(plane.home.get_executor(), "lifecycle", plane.lifecycle.run());
    std::jthread home([&] { plane.home.run_for(seconds(10)); });
    plane.lifecycle.encoder_left(plane.encoder, false);
    const auto give_up = std::chrono::steady_clock::now() + seconds(5);
    while (plane.stream(plane.encoder).status != StreamStatus::reconnecting) {
        REQUIRE(std::chrono::steady_clock::now() < give_up);
        std::this_thread::yield();
    }
    plane.lifecycle.close();
    home.join();
    CHECK(plane.home.stopped());
}

}  // namespace
}  // namespace tally::control
