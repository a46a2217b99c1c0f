#include "base/id.hpp"

#include <doctest/doctest.h>

#include <set>

namespace tally {

TEST_CASE("ids carry their prefix, differ, and sort by the time they were made") {
    const ManualClock clock;
    const auto first = BroadcastId::make(clock.now());
    const auto later = BroadcastId::make(clock.now() + Milliseconds(1));
    CHECK(first.text().starts_with("bc_"));
    CHECK(first.text().size() == 29);
    CHECK(first < later);
    CHECK(BroadcastId::make(clock.now()) != BroadcastId::make(clock.now()));
}

TEST_CASE("an id from outside is checked") {
    CHECK(ChannelId::parse("ch_001")->text() == "ch_001");
    CHECK_FALSE(ChannelId::parse(""));
    CHECK_FALSE(ChannelId::parse("_x"));
    CHECK_FALSE(ChannelId::parse("a/b"));
    CHECK_FALSE(ChannelId::parse(std::string(65, 'a')));
}

TEST_CASE("tokens have the entropy they are asked for and never repeat") {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i)
        seen.insert(random_token(24));
    CHECK(seen.size() == 1000);
    CHECK(seen.begin()->size() == 32);
}

}  // namespace tally
