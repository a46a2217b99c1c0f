// Every pair of state and action of channels and streams: what the table says is what happens.
#include "control/testing_http.hpp"

#include <doctest/doctest.h>

namespace tally::control {
namespace {

using std::chrono::seconds;

template <DescribedEnum T, class Action>
void for_each(Action action) {
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto each) { action(each.value); }
    );
}

/// A stream on the air, brought to `status` by what leads there.
struct StreamIn : Api<OnAirPlane> {
    explicit StreamIn(StreamStatus status) {
        using enum StreamStatus;
        if (status == starting) {
            REQUIRE(wait(streams.stop(encoder, {.complete_broadcast = false})));
            encoder = start_stream(on_air);
        }
        if (status == reconnecting) happen([&] { lifecycle.encoder_left(encoder, false); });
        if (status == stopping) drain();
        if (status == stopped) REQUIRE(wait(streams.stop(encoder, {})));
        if (status == failed) happen([&] { lifecycle.media_refused(encoder, "unsupported_codec"); });
        REQUIRE(stream(encoder).status == status);
    }

    template <class Event>
    void happen(Event event) {
        event();
        settle();
    }

    /// The first half of a stop with drainSeconds.
    void drain() {
        wait(database->transact([&](sql::Session& session) {
            auto on_air_now = load(session, encoder);
            if (is_over(on_air_now.running_stream().status)) return false;
            drain_stream(on_air_now, true, "user", clock.now() + seconds(30));
            save(session, on_air_now, clock.now());
            return true;
        }));
    }

    void act(StreamEvent event) {
        const auto path = "/api/streams/" + encoder.text() + "/stop";
        switch (event) {
            case StreamEvent::media_arrived:
                return happen([&] { lifecycle.media_arrived(encoder); });
            case StreamEvent::encoder_left:
                return happen([&] { lifecycle.encoder_left(encoder, false); });
            case StreamEvent::drain:
                return drain();
            case StreamEvent::stop:  // repeating is harmless (API section 1.1)
                CHECK(post(path).status == 200);
                return;
            case StreamEvent::fail:
                return happen([&] { lifecycle.media_refused(encoder, "unsupported_codec"); });
        }
    }
};

TEST_CASE("every pair of a stream's status and event ends where the table says") {
    for_each<StreamStatus>([](StreamStatus status) {
        for_each<StreamEvent>([status](StreamEvent event) {
            CAPTURE(enum_text(status));
            CAPTURE(enum_text(event));
            StreamIn plane(status);
            plane.act(event);
            const auto expected = follow(stream_transitions, status, event).value_or(status);
            const auto stream = plane.stream(plane.encoder);
            CHECK(stream.status == expected);
            CHECK(stream.ended_at.has_value() == is_over(expected));
            CHECK(plane.read_channel().current_stream_id.has_value() != is_over(expected));
            CHECK(plane.broadcast(plane.on_air).active_stream_id.has_value() != is_over(expected));
        });
    });
}

TEST_CASE("starting a stream answers the running one, or what its broadcast forbids") {
    for_each<StreamStatus>([](StreamStatus status) {
        CAPTURE(enum_text(status));
        StreamIn plane(status);
        const auto body = R"({"channelId":"ch_001","broadcastId":")" + plane.on_air.text() + R"("})";
        const auto answer = plane.post("/api/streams/start", body);
        switch (status) {
            case StreamStatus::starting:
            case StreamStatus::active:
            case StreamStatus::reconnecting:
                CHECK(answer.status == 200);
                CHECK(answer.text("id") == plane.encoder.text());
                break;
            case StreamStatus::stopping:
                CHECK(answer.text("code") == "channel_busy");
                break;
            case StreamStatus::stopped:
                CHECK(answer.text("code") == "invalid_state_transition");
                CHECK(answer.text("currentStatus") == "completed");
                CHECK(answer.body.at("allowedTransitions") == json::array());
                break;
            case StreamStatus::failed:  // the broadcast goes on with another
                CHECK(answer.status == 201);
                break;
        }
    });
}

struct ChannelIn : Api<> {
    explicit ChannelIn(ChannelStatus status) {
        broadcast_id = make_broadcast(channel);
        if (status == ChannelStatus::active) go_live(broadcast_id);
        if (status == ChannelStatus::disabled) act(ChannelAction::disable);
        REQUIRE(read_channel().status == status);
    }

    Answer act(ChannelAction action) {
        const auto path = "/api/broadcasts/" + broadcast_id.text();
        switch (action) {
            case ChannelAction::go_on_air:
                return post(path + "/start");
            case ChannelAction::go_off_air:
                return post(path + "/complete");
            case ChannelAction::disable:
                return patch("/api/channels/ch_001", R"({"status":"disabled"})");
            case ChannelAction::enable:
                return patch("/api/channels/ch_001", R"({"status":"inactive"})");
        }
        std::unreachable();
    }

    BroadcastId broadcast_id;
};

TEST_CASE("every pair of a channel's status and action ends where the table says") {
    for_each<ChannelStatus>([](ChannelStatus status) {
        for_each<ChannelAction>([status](ChannelAction action) {
            CAPTURE(enum_text(status));
            CAPTURE(enum_text(action));
            ChannelIn plane(status);
            const auto answer = plane.act(action);
            CHECK(plane.read_channel().status == follow(channel_transitions, status, action));
            if (status == ChannelStatus::disabled && action == ChannelAction::go_on_air)
                CHECK(answer.text("code") == "channel_disabled");
            else if (action == ChannelAction::go_off_air && status != ChannelStatus::active)
                CHECK(answer.text("code") == "invalid_state_transition");
            else
                CHECK(answer.status == 200);
        });
    });
}

}  // namespace
}  // namespace tally::control
