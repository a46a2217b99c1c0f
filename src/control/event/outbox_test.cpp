#include "control/event/outbox.hpp"

#include "control/event/event_cursor.hpp"
#include "control/event/event_feed.hpp"
#include "control/event/event_repository.hpp"
#include "control/event/event_view.hpp"
#include "control/testing.hpp"
#include "net/spawn.hpp"

#include <boost/asio/co_spawn.hpp>

namespace tally::control {
namespace {

std::vector<Event> events_of(ControlPlane& plane, std::int64_t after = 0) {
    return wait(plane.database->read([after](sql::Session& session) {
        return EventRepository(session).after(after, 1000);
    }));
}

std::vector<std::string> types(const std::vector<Event>& events) {
    std::vector<std::string> found;
    for (const auto& event : events)
        found.push_back(event.type);
    return found;
}

std::int64_t newest(ControlPlane& plane) {
    return wait(plane.database->read([](sql::Session& session) { return EventRepository(session).newest(); })
    );
}

using Types = std::vector<std::string>;

TEST_CASE("a broadcast's life is told step by step, in order, with the object as the API prints it") {
    ControlPlane plane;
    const auto start = newest(plane);
    const auto id = plane.make_broadcast(plane.channel);
    const auto stream = plane.start_stream(id);
    plane.go_live(id);
    plane.lifecycle.media_arrived(stream);
    plane.settle();
    REQUIRE(wait(plane.streams.stop(stream, {})));
    const auto events = events_of(plane, start);
    CHECK(
        types(events) ==
        Types{
            "broadcast.created",
            "stream.created",
            "channel.updated",
            "broadcast.updated",
            "channel.active",
            "broadcast.live",
            "broadcast.media_receiving",
            "recording.started",
            "stream.active",
            "channel.inactive",
            "broadcast.completed",
            "stream.stopped",
            "broadcast.updated",
        }
    );
    std::map<std::string, std::int64_t> versions;
    auto sequence = start;
    for (const auto& event : events) {
        CHECK(event.sequence == ++sequence);
        auto& version = versions[event.resource_id];
        if (version > 0) CHECK(event.version == version + 1);
        version = event.version;
        CHECK(event.channel_id == "ch_001");
    }
    CHECK(events[5].data.at("status") == "live");
    CHECK(events[5].previous.at("status") == "scheduled");
    CHECK(events[8].previous.at("status") == "starting");
}

TEST_CASE("a recording is told to be ready once, when the end of its broadcast is on disk") {
    OnAirPlane plane;
    plane.live.recorded.status = RecordingStatus::ready;
    plane.live.recorded.previews = {{.n = 1, .offset = Milliseconds(100), .duration = Milliseconds(900)}};
    const auto start = newest(plane);
    REQUIRE(wait(plane.streams.stop(plane.encoder, {})));
    REQUIRE(wait(plane.streams.stop(plane.encoder, {})));
    auto told = events_of(plane, start);
    std::erase_if(told, [](const Event& event) { return event.resource_type != "recording"; });
    REQUIRE(
        types(told) ==
        Types{"recording.playable", "recording.download_ready", "recording.preview_ready", "recording.ready"}
    );
    CHECK(told[0].resource_id == plane.broadcast(plane.on_air).recording_id->text());
    CHECK(told[0].data.at("broadcastId").as_string() == plane.on_air.text());
    CHECK(told[0].data.at("duration") == 1.5);
    const auto document = event_json(told[0], {});
    const auto& data = document.at("data").as_object();
    const auto vod = "http://localhost:3004/vod/" + plane.on_air.text();
    CHECK(data.at("masterUrl").as_string() == vod + "/master.m3u8");
    CHECK(
        data.at("downloadUrl").as_string() ==
        "http://localhost:3004/downloads/" + plane.on_air.text() + ".mp4"
    );
    CHECK(data.at("previews").at(0).at("url").as_string() == vod + "/preview_1.mp4");
    CHECK(data.at("previews").at(0).at("offset") == 0.1);
}

TEST_CASE("a recording without previews is told of without them") {
    OnAirPlane plane;
    plane.live.recorded.status = RecordingStatus::ready;
    REQUIRE(wait(plane.streams.stop(plane.encoder, {})));
    const auto told = types(events_of(plane));
    CHECK(std::ranges::count(told, "recording.playable") == 1);
    CHECK(std::ranges::count(told, "recording.preview_ready") == 0);
}

TEST_CASE("a recording that cannot be played is told to have failed") {
    OnAirPlane plane;
    plane.live.recorded.status = RecordingStatus::failed;
    REQUIRE(wait(plane.streams.stop(plane.encoder, {})));
    const auto told = types(events_of(plane));
    CHECK(std::ranges::count(told, "recording.failed") == 1);
    CHECK(std::ranges::count(told, "recording.ready") == 0);
}

TEST_CASE("a channel that is deleted is told to be so, once") {
    ControlPlane plane;
    const auto start = newest(plane);
    REQUIRE(wait(plane.channels.remove("ch_001")));
    REQUIRE(wait(plane.channels.remove("ch_001")));
    const auto events = events_of(plane, start);
    CHECK(types(events) == Types{"channel.disabled", "channel.deleted"});
    CHECK(events.back().data.contains("deletedAt"));
}

TEST_CASE("what a deleted channel had planned is told to be cancelled") {
    ControlPlane plane;
    const auto broadcast = plane.make_broadcast(plane.channel);
    const auto event = wait(plane.schedule.schedule(
        {.channel_id = plane.channel, .title = "x", .scheduled_start = plane.clock.now()}, false
    ));
    REQUIRE(event);
    const auto start = newest(plane);
    REQUIRE(wait(plane.channels.remove("ch_001")));
    const auto events = events_of(plane, start);
    const auto told = types(events);
    CHECK(std::ranges::count(told, "scheduled.cancelled") == 1);
    REQUIRE(std::ranges::count(told, "broadcast.cancelled") == 1);
    const auto& cancelled = *std::ranges::find(events, "broadcast.cancelled", &Event::type);
    CHECK(cancelled.resource_id == broadcast.text());
    CHECK(cancelled.data.at("endReason") == "channel_deleted");
    CHECK(plane.broadcast(broadcast).media_state == MediaState::ended);
}

TEST_CASE("what is scheduled is told of before its start, at it, when nothing came, and when it is missed") {
    using namespace std::chrono_literals;
    ControlPlane plane;
    const auto scheduled = wait(plane.schedule.schedule(
        {.channel_id = plane.channel, .title = "Weekly", .scheduled_start = plane.clock.now() + 1h}, false
    ));
    REQUIRE(scheduled);
    auto start = newest(plane);
    const auto told_after = [&](Milliseconds pause) {
        plane.advance(pause);
        auto told = types(events_of(plane, start));
        start = newest(plane);
        return told;
    };
    CHECK(told_after(45min - 1ms).empty());
    CHECK(told_after(1ms) == Types{"scheduled.reminder"});
    CHECK(told_after(15min - 1ms).empty());
    CHECK(told_after(1ms) == Types{"scheduled.due"});
    CHECK(told_after(5min) == Types{"scheduled.overdue"});
    CHECK(told_after(2h).empty());
    CHECK(told_after(24h) == Types{"scheduled.missed"});
    CHECK(told_after(24h).empty());
}

TEST_CASE("an encoder that dials in, leaves and comes back is told of") {
    ControlPlane plane;
    const auto start = newest(plane);
    const auto admitted = wait(plane.ingest.admit({.name = "ch_001", .key = "", .loopback = true}));
    REQUIRE(admitted);
    plane.lifecycle.media_arrived(admitted->stream);
    plane.lifecycle.encoder_left(admitted->stream, false);
    plane.lifecycle.media_arrived(admitted->stream);
    plane.settle();
    auto told = types(events_of(plane, start));
    std::erase_if(told, [](const auto& type) { return !type.starts_with("stream."); });
    CHECK(
        told ==
        Types{"stream.created", "stream.connected", "stream.active", "stream.reconnecting", "stream.resumed"}
    );
}

TEST_CASE("what is rolled back is not told, and leaves no gap") {
    ControlPlane plane;
    const auto start = newest(plane);
    const auto refused = wait(plane.database->transact([&](sql::Session& session) -> Result<> {
        Outbox(session, plane.clock.now()).append("system.degraded", {"system", "store"}, {});
        return fail(Errc::conflict, "no");
    }));
    CHECK_FALSE(refused);
    plane.make_broadcast(plane.channel);
    const auto events = events_of(plane, start);
    REQUIRE(events.size() == 1);
    CHECK(events[0].sequence == start + 1);
    CHECK(events[0].version == 1);
}

TEST_CASE("no key and no hash of one is in an event, and a rotation is told") {
    ControlPlane plane;
    REQUIRE(wait(plane.channels.rotate_key("ch_001")));
    const auto channel = plane.read_channel();
    const auto events = events_of(plane);
    CHECK(types(events) == Types{"channel.created", "channel.key_rotated"});
    for (const auto& event : events) {
        const auto text = json::print(event.data) + json::print(event.previous);
        CHECK(text.find(channel.key_hash) == std::string::npos);
        CHECK(text.find("sk_live") == std::string::npos);
        CHECK(text.find("key") == std::string::npos);
    }
}

TEST_CASE("an event stays under 20 KB, whatever its resource holds") {
    ControlPlane plane;
    wait(plane.database->transact([&](sql::Session& session) {
        json::object data{{"id", "bc_1"}, {"description", std::string(40'000, 'x')}};
        Outbox(session, plane.clock.now()).append("broadcast.updated", {"broadcast", "bc_1"}, data, data);
        return true;
    }));
    const auto event = events_of(plane).back();
    CHECK(event.data == json::object{{"id", "bc_1"}, {"truncated", true}});
    CHECK(event.previous == json::object{{"id", "bc_1"}});
}

TEST_CASE("the feed tells followers of a commit, from memory and, further back, from the store") {
    ControlPlane plane;
    asio::io_context home;
    EventFeed feed(*plane.database, plane.clock, home.get_executor());
    wait(feed.start({}));
    const auto start = feed.newest();
    net::spawn(home.get_executor(), "events", feed.run());
    const auto follow = [&]() -> Async<std::vector<std::string>> {
        const auto bell = feed.follow(home.get_executor());
        std::vector<std::string> bodies;
        while (bodies.empty()) {
            for (const auto& told : co_await feed.after(start))
                bodies.push_back(told->body);
            if (bodies.empty()) co_await bell->wait(std::chrono::seconds(5));
        }
        feed.unfollow(bell);
        feed.close();
        co_return bodies;
    };
    std::vector<std::string> bodies;
    asio::co_spawn(home, follow(), [&](std::exception_ptr, std::vector<std::string> found) {
        bodies = found;
    });
    home.poll();
    plane.make_broadcast(plane.channel);
    home.run();
    REQUIRE(bodies.size() == 1);
    const auto document = json::parse(bodies[0])->as_object();
    CHECK(document.at("type") == "broadcast.created");
    CHECK(document.at("data").as_object().at("urls").as_object().contains("hls"));
    CHECK(wait(feed.after(0)).front()->event.sequence == 1);
}

TEST_CASE("who resumes behind what there is, as after another store took this one's place, hears what follows"
) {
    ControlPlane plane;
    asio::io_context home;
    EventFeed feed(*plane.database, plane.clock, home.get_executor());
    wait(feed.start({}));
    const auto cursor = EventCursor::open(feed, home.get_executor(), {}, feed.newest() + 1000);
    REQUIRE(cursor);
    CHECK(cursor->sequence() == feed.newest());
    plane.make_broadcast(plane.channel);
    wait(feed.start({}));
    const auto news = wait(cursor->next());
    REQUIRE(news.size() == 1);
    CHECK(news[0].name == "state");
}

TEST_CASE("a figure is told to those who follow its topic, the newest alone") {
    ControlPlane plane;
    asio::io_context home;
    EventFeed feed(*plane.database, plane.clock, home.get_executor());
    const Types topics{"broadcast:bc_1"};
    feed.publish("broadcast:bc_1", "viewers", "1");
    CHECK(feed.figures(topics, 0).empty());
    feed.want(topics);
    feed.publish("broadcast:bc_1", "viewers", "2");
    feed.publish("broadcast:bc_1", "viewers", "3");
    feed.publish("broadcast:bc_2", "viewers", "4");
    const auto figures = feed.figures(topics, 0);
    REQUIRE(figures.size() == 1);
    CHECK(*figures[0].json == "3");
    CHECK(feed.figures(topics, figures[0].number).empty());
}

TEST_CASE("type filters know types and families; heartbeats are told to who asks for them") {
    CHECK(is_type_filter("stream.*"));
    CHECK(is_type_filter("stream.active"));
    CHECK_FALSE(is_type_filter("stream.nothing"));
    CHECK_FALSE(is_type_filter("*"));
    CHECK(matches({}, "stream.active"));
    CHECK(matches({"stream.heartbeat"}, "stream.heartbeat"));
    CHECK_FALSE(matches({"stream.*"}, "stream.heartbeat"));
    CHECK_FALSE(matches({}, "stream.heartbeat"));
    CHECK(matches({"stream.*"}, "stream.active"));
    CHECK_FALSE(matches({"stream.*"}, "broadcast.live"));
}

}  // namespace
}  // namespace tally::control
