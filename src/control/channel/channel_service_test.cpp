#include "control/channel/channel_service.hpp"

#include "control/testing.hpp"

#include <doctest/doctest.h>

#include <set>

namespace tally::control {
namespace {

TEST_CASE("an empty store starts with ch_001, once") {
    ControlPlane plane;
    wait(plane.channels.prepare());
    const auto page = wait(plane.channels.list({}, {}));
    REQUIRE(page.items.size() == 1);
    const auto& first = page.items.front();
    CHECK(first.id.text() == "ch_001");
    CHECK(first.name == "Channel One");
    CHECK(first.slug == "channel-one");
    CHECK(first.status == ChannelStatus::inactive);
}

TEST_CASE("a channel without a slug gets one from its name, with a number where that is taken") {
    ControlPlane plane;
    CHECK(wait(plane.channels.create({.name = "Tech Weekly!"}))->slug == "tech-weekly");
    CHECK(wait(plane.channels.create({.name = "tech weekly"}))->slug == "tech-weekly-2");
    CHECK(wait(plane.channels.create({.name = "\u65e5\u672c"}))->slug == "channel");
}

TEST_CASE("a renamed channel is still found by its old slug, which no other channel may take") {
    ControlPlane plane;
    REQUIRE(wait(plane.channels.patch("ch_001", {.slug = "main-stage"})));
    CHECK(wait(plane.channels.get("channel-one"))->id == plane.channel);
    CHECK(wait(plane.channels.get("main-stage"))->id == plane.channel);
    const auto taken = wait(plane.channels.create({.name = "Other", .slug = "channel-one"}));
    REQUIRE(!taken);
    CHECK(taken.error().status == 409);
    CHECK(taken.error().code == "slug_taken");
    CHECK(wait(plane.channels.patch("ch_001", {.slug = "channel-one"}))->slug == "channel-one");
}

TEST_CASE("the names in memory follow every change") {
    ControlPlane plane;
    REQUIRE(wait(plane.channels.patch("ch_001", {.name = "Stage", .slug = "main-stage"})));
    for (const auto* name : {"ch_001", "channel-one", "main-stage"}) {
        const auto found = plane.channels.names().find(name);
        REQUIRE(found);
        CHECK(found->id == plane.channel);
        CHECK(found->name == "Stage");
    }
    CHECK(!plane.channels.names().find("nobody"));
}

TEST_CASE("every wrong field is named") {
    ControlPlane plane;
    const auto refused = wait(plane.channels.create({
        .slug = "ch_9",
        .default_quality = QualityTarget{.resolution = {}, .bitrate = 0, .fps = 300},
        .reconnect_window = std::chrono::seconds(1801),
    }));
    REQUIRE(!refused);
    CHECK(refused.error().status == 400);
    std::vector<std::string> pointers;
    for (const auto& error : refused.error().errors)
        pointers.push_back(error.pointer);
    CHECK(
        pointers ==
        std::vector<std::string>{
            "/slug", "/defaultQuality/bitrate", "/defaultQuality/fps", "/reconnectWindow", "/name"
        }
    );
}

TEST_CASE("a disabled channel stays disabled until it is enabled again") {
    OnAirPlane plane;
    CHECK(plane.read_channel().status == ChannelStatus::active);
    REQUIRE(wait(plane.channels.patch("ch_001", {.status = ChannelStatus::disabled})));
    REQUIRE(wait(plane.broadcasts.complete(plane.on_air)));
    CHECK(plane.read_channel().status == ChannelStatus::disabled);
    const auto refused = wait(plane.broadcasts.create({.channel_id = plane.channel, .title = "x"}));
    REQUIRE(!refused);
    CHECK(refused.error().code == "channel_disabled");
    CHECK(
        wait(plane.channels.patch("ch_001", {.status = ChannelStatus::active}))->status ==
        ChannelStatus::inactive
    );
}

TEST_CASE("a rotated key differs, and only the new one is the channel's") {
    ControlPlane plane;
    const auto before = plane.read_channel();
    const auto old_key = plane.channels.key_of(before);
    CHECK(old_key.starts_with("sk_live_"));
    CHECK(old_key.size() == 8 + 43);
    CHECK(before.key_hash.find(old_key) == std::string::npos);
    const auto after = wait(plane.channels.rotate_key("ch_001"));
    REQUIRE(after);
    CHECK(plane.channels.key_of(*after) != old_key);
    CHECK(!plane.factory.keys().matches(*after, old_key));
    CHECK(plane.factory.keys().matches(*after, plane.channels.key_of(*after)));
}

TEST_CASE("pages join without a gap or a repeat while rows are added") {
    ControlPlane plane;
    for (int i = 0; i < 5; ++i) {
        plane.clock.advance(Milliseconds(i % 2));  // some share a time: the id breaks the tie
        REQUIRE(wait(plane.channels.create({.name = fmt::format("Channel {}", i)})));
    }
    std::set<std::string> seen;
    PageRequest request{.limit = 2};
    for (int pages = 0; pages < 3; ++pages) {
        const auto page = wait(plane.channels.list({}, request));
        REQUIRE(page.items.size() == 2);
        for (const auto& each : page.items)
            CHECK(seen.insert(each.id.text()).second);
        CHECK(page.next.has_value() == (pages < 2));
        request.after = page.next;
        plane.clock.advance(Milliseconds(1));
        REQUIRE(wait(plane.channels.create({.name = "Newer"})));
    }
    CHECK(seen.contains("ch_001"));
}

}  // namespace
}  // namespace tally::control
