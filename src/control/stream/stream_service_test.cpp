#include "control/stream/stream_service.hpp"

#include "control/testing.hpp"

#include <doctest/doctest.h>

#include <thread>

namespace tally::control {
namespace {

using std::chrono::seconds;

TEST_CASE("a started stream waits for its encoder, and the media side knows it") {
    ControlPlane plane;
    const auto broadcast = plane.make_broadcast(plane.channel);
    const auto started = wait(plane.streams.start({
        .channel_id = plane.channel,
        .broadcast_id = broadcast,
        .quality = QualityTarget{.resolution = {}, .bitrate = 2500, .fps = {}},
    }));
    REQUIRE(started);
    CHECK(started->created);
    const auto& stream = started->details.stream;
    CHECK(stream.status == StreamStatus::starting);
    CHECK(stream.quality.bitrate == 2500);
    CHECK(stream.quality.resolution == Resolution{1920, 1080});
    REQUIRE(plane.live.starts.size() == 1);
    CHECK(plane.live.starts[0].stream == stream.id);
    CHECK(plane.live.starts[0].recording);
    const auto row = plane.broadcast(broadcast);
    CHECK(row.media_state == MediaState::waiting);
    CHECK(row.active_stream_id == stream.id);
    CHECK(row.recording_id == plane.live.starts[0].recording);
    CHECK(plane.read_channel().current_stream_id == stream.id);
}

TEST_CASE("starting for the same channel and broadcast again gives the running stream") {
    ControlPlane plane;
    const auto broadcast = plane.make_broadcast(plane.channel);
    const auto first = plane.start_stream(broadcast);
    const auto again = wait(plane.streams.start({.channel_id = plane.channel, .broadcast_id = broadcast}));
    REQUIRE(again);
    CHECK(!again->created);
    CHECK(again->details.stream.id == first);
}

TEST_CASE("what cannot start is refused with the reason and what is in the way") {
    OnAirPlane plane;
    const auto code_of = [&](const std::string& channel, const BroadcastId& broadcast) {
        const auto refused =
            wait(plane.streams.start({.channel_id = *ChannelId::parse(channel), .broadcast_id = broadcast}));
        REQUIRE(!refused);
        return fmt::format("{} {}", refused.error().status, refused.error().code);
    };
    const auto other = wait(plane.channels.create({.name = "Other"}))->id;
    const auto elsewhere = plane.make_broadcast(other);
    const auto second = plane.make_broadcast(plane.channel);
    const auto cancelled = plane.make_broadcast(plane.channel);
    REQUIRE(wait(plane.broadcasts.cancel(cancelled)));
    CHECK(code_of("ch_none", second) == "404 channel_not_found");
    CHECK(code_of("ch_001", *BroadcastId::parse("bc_none")) == "404 broadcast_not_found");
    CHECK(code_of("ch_001", elsewhere) == "409 broadcast_channel_mismatch");
    CHECK(code_of("ch_001", cancelled) == "409 invalid_state_transition");
    CHECK(code_of("ch_001", second) == "409 channel_busy");

    const auto busy = wait(plane.streams.start({.channel_id = plane.channel, .broadcast_id = second}));
    CHECK(busy.error().extra.at("activeStreamId") == json::encode(plane.encoder));
    CHECK(busy.error().extra.at("activeBroadcastId") == json::encode(plane.on_air));
}

TEST_CASE("a protocol that is not served yet is refused rather than promised") {
    ControlPlane plane;
    const auto refused = wait(plane.streams.start({
        .channel_id = plane.channel,
        .broadcast_id = plane.make_broadcast(plane.channel),
        .protocol = Protocol::srt,
    }));
    REQUIRE(!refused);
    CHECK(refused.error().errors.front().pointer == "/protocol");
}

TEST_CASE("stopping completes the broadcast at once, with its duration and its recording") {
    OnAirPlane plane;
    plane.clock.advance(seconds(9));
    const auto stopped = wait(plane.streams.stop(plane.encoder, {}));
    REQUIRE(stopped);
    CHECK(stopped->stream.status == StreamStatus::stopped);
    CHECK(stopped->stream.end_reason == "user");
    CHECK(stopped->broadcast.status == BroadcastStatus::completed);
    CHECK(duration(stopped->broadcast) == Milliseconds(10'000));
    REQUIRE(stopped->recording);
    CHECK(stopped->recording->playable);
    CHECK(plane.read_channel().status == ChannelStatus::inactive);

    plane.clock.advance(seconds(9));
    const auto again = wait(plane.streams.stop(plane.encoder, {}));
    REQUIRE(again);
    CHECK(again->stream.ended_at == stopped->stream.ended_at);
    CHECK(again->broadcast.ended_at == stopped->broadcast.ended_at);
    CHECK(again->recording.has_value());
}

TEST_CASE("stopping for an encoder swap keeps the broadcast live, for the next stream") {
    OnAirPlane plane;
    const auto stopped = wait(plane.streams.stop(plane.encoder, {.complete_broadcast = false}));
    REQUIRE(stopped);
    CHECK(stopped->broadcast.status == BroadcastStatus::live);
    CHECK(stopped->broadcast.media_state == MediaState::interrupted);
    CHECK(!stopped->recording);
    CHECK(plane.live.finished.empty());
    const auto next = plane.start_stream(plane.on_air);
    CHECK(next != plane.encoder);
    CHECK(plane.broadcast(plane.on_air).stream_ids == std::vector{plane.encoder, next});
    plane.lifecycle.media_arrived(next);
    plane.settle();
    CHECK(plane.broadcast(plane.on_air).media_state == MediaState::receiving);
}

TEST_CASE("stopping before the broadcast went live leaves it scheduled") {
    ControlPlane plane;
    const auto broadcast = plane.make_broadcast(plane.channel);
    REQUIRE(wait(plane.streams.stop(plane.start_stream(broadcast), {})));
    CHECK(plane.broadcast(broadcast).status == BroadcastStatus::scheduled);
    CHECK(plane.broadcast(broadcast).media_state == MediaState::none);
}

TEST_CASE("a stopped stream leaves the active list but can still be read") {
    OnAirPlane plane;
    const auto listed = [&](StreamSelection status) {
        return wait(plane.streams.list({.status = status, .channel = {}}, {})).items.size();
    };
    CHECK(listed(StreamSelection::active) == 1);
    REQUIRE(wait(plane.streams.stop(plane.encoder, {})));
    CHECK(listed(StreamSelection::active) == 0);
    CHECK(listed(StreamSelection::stopped) == 1);
    CHECK(listed(StreamSelection::all) == 1);
    CHECK(plane.stream(plane.encoder).status == StreamStatus::stopped);
}

TEST_CASE("of many starts at once on one channel one wins, and the state stays possible") {
    ControlPlane plane;
    std::vector<BroadcastId> broadcasts;
    for (int i = 0; i < 4; ++i)
        broadcasts.push_back(plane.make_broadcast(plane.channel));
    std::atomic<int> created = 0;
    std::atomic<int> repeated = 0;
    std::atomic<int> busy = 0;
    {
        std::vector<std::jthread> clients;
        for (int client = 0; client < 16; ++client) {
            clients.emplace_back([&, client] {
                const auto& broadcast = broadcasts[static_cast<std::size_t>(client) % broadcasts.size()];
                const auto started =
                    wait(plane.streams.start({.channel_id = plane.channel, .broadcast_id = broadcast}));
                if (!started)
                    busy += started.error().code == "channel_busy" ? 1 : 0;
                else if (started->created)
                    ++created;
                else
                    ++repeated;
            });
        }
    }
    CHECK(created == 1);
    CHECK(repeated == 3);
    CHECK(busy == 12);
    CHECK(wait(plane.streams.list({}, {})).items.size() == 1);
}

TEST_CASE("of many stops at once all answer the same end") {
    OnAirPlane plane;
    std::mutex mutex;
    std::vector<Time> ends;
    {
        std::vector<std::jthread> clients;
        for (int client = 0; client < 8; ++client) {
            clients.emplace_back([&] {
                const auto stopped = wait(plane.streams.stop(plane.encoder, {}));
                const std::scoped_lock lock(mutex);
                if (stopped) ends.push_back(*stopped->broadcast.ended_at);
            });
        }
    }
    CHECK(ends == std::vector(8, *plane.broadcast(plane.on_air).ended_at));
}

TEST_CASE("a drained stream goes on until its encoder says goodbye") {
    OnAirPlane plane;
    std::jthread client([&] {
        const StopStream request{.reason = "swap", .drain_seconds = seconds(30)};
        const auto stopped = wait(plane.streams.stop(plane.encoder, request));
        REQUIRE(stopped);
        CHECK(stopped->stream.end_reason == "swap");
        CHECK(stopped->broadcast.status == BroadcastStatus::completed);
    });
    const auto give_up = std::chrono::steady_clock::now() + seconds(10);
    while (plane.stream(plane.encoder).status != StreamStatus::stopping)
        REQUIRE(std::chrono::steady_clock::now() < give_up);
    CHECK(plane.broadcast(plane.on_air).status == BroadcastStatus::live);
    const auto busy = wait(plane.streams.start({.channel_id = plane.channel, .broadcast_id = plane.on_air}));
    CHECK(busy.error().code == "channel_busy");
    plane.lifecycle.encoder_left(plane.encoder, true);
    plane.settle();
}

TEST_CASE("a drained stream whose process died ends when its time is up") {
    OnAirPlane plane;
    wait(plane.database->transact([&](sql::Session& session) {
        auto on_air = load(session, plane.encoder);
        drain_stream(on_air, true, "user", plane.clock.now() + seconds(20));
        save(session, on_air, plane.clock.now());
        return true;
    }));
    StreamLifecycle restarted(plane.home.get_executor(), *plane.database, plane.clock, plane.live);
    wait(restarted.recover());
    CHECK(plane.stream(plane.encoder).status == StreamStatus::stopping);
    CHECK(wait(restarted.settle()) == plane.clock.now() + seconds(20));
    plane.clock.advance(seconds(20));
    wait(restarted.settle());
    CHECK(plane.stream(plane.encoder).status == StreamStatus::stopped);
    CHECK(plane.broadcast(plane.on_air).status == BroadcastStatus::completed);
    CHECK(plane.live.finished == std::vector{plane.on_air});
}

}  // namespace
}  // namespace tally::control
