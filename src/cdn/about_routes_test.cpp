#include "cdn/about_routes.hpp"

#include "cdn/test_client.hpp"

#include <doctest/doctest.h>

namespace tally::cdn {
namespace {

class OneChannel final : public AboutSource {
public:
    About known{
        .channel = *ChannelId::parse("ch_001"),
        .channel_name = "Channel One",
        .broadcast =
            AboutBroadcast{
                .id = *BroadcastId::parse("bc_1"), .title = "Hello", .description = "World", .status = "live"
            },
    };
    bool reachable = true;

    Task<std::optional<About>> about_channel(std::string channel) override {
        if (!reachable) co_return fail(Errc::io, "store is locked");
        co_return channel == "channel-one" ? std::optional(known) : std::nullopt;
    }

    Task<std::optional<About>> about_broadcast(BroadcastId broadcast) override {
        co_return broadcast.text() == "bc_1" ? std::optional(known) : std::nullopt;
    }
};

struct AboutFixture {
    OneChannel source;
    test::GoodTokens guard;
    http::Router router;

    AboutFixture() { add_about_routes(router, source, guard); }
};

}  // namespace

TEST_CASE_FIXTURE(AboutFixture, "a viewer may know of what there is to watch") {
    const auto about = test::get(router, "/live/channel-one/about.json");
    CHECK(about.status() == 200);
    CHECK(about.json().at("channel").at("name") == "Channel One");
    CHECK(about.json().at("broadcast").at("title") == "Hello");
    CHECK(about.json().at("broadcast").at("startedAt").is_null());
    CHECK(test::get(router, "/vod/bc_1/about.json").text() == about.text());
    source.known.broadcast.reset();
    CHECK(test::get(router, "/live/channel-one/about.json").json().at("broadcast").is_null());
    CHECK(test::get(router, "/live/nosuch/about.json").code() == "channel_not_found");
    CHECK(test::get(router, "/vod/bc_2/about.json").code() == "broadcast_not_found");
    source.reachable = false;
    CHECK(test::get(router, "/live/channel-one/about.json").status() == 503);
}

TEST_CASE_FIXTURE(AboutFixture, "what is not public is told to who has a token") {
    source.known.restricted = true;
    CHECK(test::get(router, "/live/channel-one/about.json").code() == "token_required");
    CHECK(test::get(router, "/vod/bc_1/about.json?token=bad").code() == "token_invalid");
    const auto told = test::get(router, "/live/channel-one/about.json?token=good");
    CHECK(told.status() == 200);
    CHECK(told.header("Cache-Control") == "private, max-age=1");
}

}  // namespace tally::cdn
