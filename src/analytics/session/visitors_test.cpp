#include "analytics/session/visitors.hpp"

#include "analytics/session/aliases.hpp"

#include <doctest/doctest.h>

using namespace tally;
using namespace tally::analytics;

namespace {

constexpr Time noon{std::chrono::hours(24 * 20'000 + 12)};

struct VisitorsFixture {
    Keys keys{"a secret"};
    BeaconTokens tokens{"a secret"};
    int classified = 0;
    ClientCache clients{[this](const ClientTraits& /*traits*/, Client& /*client*/) { ++classified; }};
    Visitors visitors{clients, keys, tokens};
    BroadcastEntry broadcast{*BroadcastId::parse("bc_1"), *ChannelId::parse("ch_1"), noon};

    Visitor& visit(
        std::string_view address = "198.51.100.7", std::string_view player = "VLC/3", Time now = noon
    ) {
        return visitors.visitor({address, player}, "ch_1", now);
    }
};

}  // namespace

TEST_CASE("a visitor is known by address, player and channel, and classified once") {
    VisitorsFixture f;
    const auto alias = f.visit().alias;
    CHECK(f.visit().alias == alias);
    CHECK(f.classified == 1);
    CHECK(f.visit("198.51.100.8").alias != alias);
    CHECK(f.visit("198.51.100.7", "VLC/4").alias != alias);
    CHECK(f.visitors.visitor({"198.51.100.7", "VLC/3"}, "ch_2", noon).alias != alias);
    CHECK(f.classified == 2);
    // One more viewer of the same network and player stands for the same view.
    CHECK(f.visit("198.51.100.8").stand_in == f.visit().stand_in);
}

TEST_CASE("what stands for a view without a name changes with the day") {
    VisitorsFixture f;
    const auto stand_in = f.visit().stand_in;
    CHECK(f.visit("198.51.100.7", "VLC/3", noon + std::chrono::hours(11)).stand_in == stand_in);
    CHECK(f.visit("198.51.100.7", "VLC/3", noon + std::chrono::hours(12)).stand_in != stand_in);
}

TEST_CASE("a query names its view with the token that was issued for it, and for no other") {
    VisitorsFixture f;
    const auto token =
        f.tokens.issue(f.broadcast.id, {"abc", noon + std::chrono::hours(1), {"18-24", "", "en"}});
    const auto query = "sid=abc&cid=bc_1&tk=" + token;
    CHECK(Visitors::name_in("token=x&" + query + "&y=z", f.broadcast) == query);
    for (int again = 0; again < 2; ++again) {
        const auto& view = f.visitors.named(query, f.broadcast, noon);
        CHECK(view.session == f.keys.session("abc"));
        REQUIRE(view.claims);
        CHECK(view.claims->age_band == "18-24");
    }
    CHECK(f.visitors.named(query, f.broadcast, noon + std::chrono::hours(1)).session == 0);
    CHECK(f.visitors.named("sid=other&tk=" + token, f.broadcast, noon).session == 0);
    CHECK(f.visitors.named("sid=abc", f.broadcast, noon).session == 0);
    CHECK(f.visitors.named("", f.broadcast, noon).session == 0);
    CHECK(f.visitors.named("sid=abc&tk=forged", f.broadcast, noon).session == 0);
}

TEST_CASE("an alias is told its view when it is new, and again after a while") {
    VisitorsFixture f;
    auto& visitor = f.visit();
    CHECK(Visitors::tell(visitor, 7, noon));
    CHECK_FALSE(Visitors::tell(visitor, 7, noon + std::chrono::seconds(9)));
    CHECK(Visitors::tell(visitor, 8, noon + std::chrono::seconds(9)));
    CHECK(Visitors::tell(visitor, 8, noon + std::chrono::seconds(30)));
}

TEST_CASE("an alias that is told of a view and never takes media is idle after a while") {
    Aliases aliases;
    Delivery name;
    name.kind = Delivery::Kind::name;
    name.alias = 1;
    name.session = 7;
    CHECK(aliases.name(name, noon));
    CHECK(aliases.name(name, noon + std::chrono::seconds(19)));
    CHECK_FALSE(aliases.name(name, noon + std::chrono::seconds(20)));
    Delivery media;
    media.kind = Delivery::Kind::media;
    media.alias = 1;
    CHECK(aliases.resolve(media, noon + std::chrono::seconds(21)) == 7);
    CHECK(aliases.name(name, noon + std::chrono::seconds(60)));
}
