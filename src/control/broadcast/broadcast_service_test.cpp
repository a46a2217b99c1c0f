#include "control/broadcast/broadcast_service.hpp"

#include "control/testing.hpp"

#include <doctest/doctest.h>

namespace tally::control {
namespace {

using std::chrono::seconds;

/// A broadcast brought to `status` by the actions that lead there.
BroadcastId bring_to(ControlPlane& plane, BroadcastStatus status) {
    const auto id = plane.make_broadcast(plane.channel);
    if (status != BroadcastStatus::scheduled && status != BroadcastStatus::cancelled) plane.go_live(id);
    if (status == BroadcastStatus::completed) REQUIRE(wait(plane.broadcasts.complete(id)));
    if (status == BroadcastStatus::revoked) REQUIRE(wait(plane.broadcasts.revoke(id)));
    if (status == BroadcastStatus::cancelled) REQUIRE(wait(plane.broadcasts.cancel(id)));
    return id;
}

Outcome<BroadcastDetails> act(ControlPlane& plane, const BroadcastId& id, BroadcastAction action) {
    switch (action) {
        case BroadcastAction::start:
            return wait(plane.broadcasts.start(id, false));
        case BroadcastAction::complete:
            return wait(plane.broadcasts.complete(id));
        case BroadcastAction::cancel:
            return wait(plane.broadcasts.cancel(id));
        case BroadcastAction::revoke:
            return wait(plane.broadcasts.revoke(id));
    }
    std::unreachable();
}

TEST_CASE("every pair of status and action is allowed or refused as the table says") {
    using enum BroadcastStatus;
    for (const auto status : {scheduled, live, completed, cancelled, revoked}) {
        for (const auto action :
             {BroadcastAction::start,
              BroadcastAction::complete,
              BroadcastAction::cancel,
              BroadcastAction::revoke}) {
            CAPTURE(enum_text(status));
            CAPTURE(enum_text(action));
            ControlPlane plane;
            const auto id = bring_to(plane, status);
            const auto outcome = act(plane, id, action);
            const auto expected = follow(broadcast_transitions, status, action);
            CHECK(outcome.has_value() == expected.has_value());
            CHECK(plane.broadcast(id).status == expected.value_or(status));
            if (outcome) continue;
            CHECK(outcome.error().status == 409);
            CHECK(outcome.error().code == "invalid_state_transition");
            CHECK(outcome.error().extra.at("currentStatus") == json::encode(status));
            CHECK(
                outcome.error().extra.at("allowedTransitions") ==
                json::encode(reachable(broadcast_transitions, status))
            );
        }
    }
}

TEST_CASE("revoking keeps when the broadcast ended") {
    ControlPlane plane;
    const auto id = bring_to(plane, BroadcastStatus::completed);
    const auto ended_at = plane.broadcast(id).ended_at;
    plane.clock.advance(seconds(5));
    const auto revoked = wait(plane.broadcasts.revoke(id));
    REQUIRE(revoked);
    CHECK(revoked->broadcast.ended_at == ended_at);
    CHECK(revoked->broadcast.end_reason == "revoked");
}

TEST_CASE("a broadcast goes live without media, and its channel with it") {
    ControlPlane plane;
    const auto id = plane.make_broadcast(plane.channel);
    const auto started = wait(plane.broadcasts.start(id, false));
    REQUIRE(started);
    CHECK(started->broadcast.status == BroadcastStatus::live);
    CHECK(started->broadcast.media_state == MediaState::none);
    CHECK(started->broadcast.started_at == plane.clock.now());
    CHECK(started->channel.status == ChannelStatus::active);
    REQUIRE(started->warnings.size() == 1);
    CHECK(started->warnings.front().code == "no_stream_bound");
}

TEST_CASE("starting again answers the same and moves nothing") {
    ControlPlane plane;
    const auto id = bring_to(plane, BroadcastStatus::live);
    const auto started_at = plane.broadcast(id).started_at;
    plane.clock.advance(seconds(5));
    CHECK(wait(plane.broadcasts.start(id, false))->broadcast.started_at == started_at);
}

TEST_CASE("who requires media is refused until it arrives") {
    ControlPlane plane;
    const auto id = plane.make_broadcast(plane.channel);
    const auto stream = plane.start_stream(id);
    const auto refused = wait(plane.broadcasts.start(id, true));
    REQUIRE(!refused);
    CHECK(refused.error().code == "stream_not_receiving_media");
    plane.lifecycle.media_arrived(stream);
    plane.settle();
    CHECK(wait(plane.broadcasts.start(id, true)).has_value());
}

TEST_CASE("a channel carries one live broadcast: the second is told which one is in the way") {
    ControlPlane plane;
    const auto first = bring_to(plane, BroadcastStatus::live);
    const auto second = plane.make_broadcast(plane.channel);
    const auto refused = wait(plane.broadcasts.start(second, false));
    REQUIRE(!refused);
    CHECK(refused.error().code == "channel_busy");
    CHECK(refused.error().extra.at("activeBroadcastId") == json::encode(first));
    CHECK(refused.error().extra.at("activeStreamId").is_null());
    REQUIRE(wait(plane.broadcasts.complete(first)));
    CHECK(wait(plane.broadcasts.start(second, false)).has_value());
}

TEST_CASE("completing ends the stream, frees the channel and closes the recording") {
    OnAirPlane plane;
    plane.clock.advance(seconds(10));
    const auto completed = wait(plane.broadcasts.complete(plane.on_air));
    REQUIRE(completed);
    CHECK(duration(completed->broadcast) == Milliseconds(11'000));
    CHECK(completed->broadcast.media_state == MediaState::ended);
    CHECK(completed->broadcast.media_duration == Milliseconds(1500));
    CHECK(completed->channel.status == ChannelStatus::inactive);
    CHECK(!completed->channel.current_broadcast_id);
    CHECK(!completed->channel.current_stream_id);
    CHECK(plane.stream(plane.encoder).status == StreamStatus::stopped);
    CHECK(plane.live.ended == std::vector{plane.encoder});
    CHECK(plane.live.finished == std::vector{plane.on_air});
    CHECK(plane.broadcast(plane.on_air).media_duration == Milliseconds(1500));
}

TEST_CASE("an unknown channel is 404, or made when the operator wants that") {
    ControlPlane strict;
    const auto unknown = *ChannelId::parse("ch_nobody");
    const auto refused = wait(strict.broadcasts.create({.channel_id = unknown, .title = "x"}));
    REQUIRE(!refused);
    CHECK(refused.error().status == 404);
    CHECK(refused.error().code == "channel_not_found");

    ControlPlane generous({.auto_provision = true});
    const auto made = wait(generous.broadcasts.create({.channel_id = unknown, .title = "x"}));
    REQUIRE(made);
    CHECK(made->warnings.front().code == "channel_auto_created");
    CHECK(generous.channels.names().find("ch_nobody"));
}

TEST_CASE("broadcasts are found by tag and title, taken literally") {
    ControlPlane plane;
    const NewBroadcast tagged{
        .channel_id = plane.channel, .title = "100% Tech", .tags = std::vector<std::string>{"tech", "a_b"}
    };
    const auto id = wait(plane.broadcasts.create(tagged))->broadcast.id;
    plane.make_broadcast(plane.channel, "100 percent");
    const auto found = [&](const BroadcastFilter& filter) {
        const auto page = wait(plane.broadcasts.list(filter, BroadcastOrder::started, {}));
        return page.items.size() == 1 && page.items.front().broadcast.id == id;
    };
    CHECK(found({.tag = "tech"}));
    CHECK(found({.tag = "a_b"}));
    CHECK(found({.text = "100%"}));
    CHECK(found({.text = "tech"}));
    CHECK(!found({.tag = "axb"}));
    CHECK(!found({.tag = "tec"}));
}

TEST_CASE("no record asked for, none kept") {
    ControlPlane plane({.record = false});
    const auto id = plane.make_broadcast(plane.channel);
    plane.start_stream(id);
    CHECK(!plane.live.starts.back().recording);
    plane.go_live(id);
    REQUIRE(wait(plane.broadcasts.complete(id)));
    CHECK(plane.live.finished.empty());
}

}  // namespace
}  // namespace tally::control
