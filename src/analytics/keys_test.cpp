#include "analytics/keys.hpp"

#include <doctest/doctest.h>

using namespace tally;
using namespace tally::analytics;

namespace {

constexpr Time now{std::chrono::hours(24 * 20'000)};

}  // namespace

TEST_CASE("keys differ by what they stand for, and by secret") {
    const Keys keys("a secret"), others("another secret");
    CHECK(keys.session("one") == keys.session("one"));
    CHECK(keys.session("one") != keys.session("two"));
    CHECK(keys.session("one") != others.session("one"));
    CHECK(keys.viewer("one") != others.viewer("one"));
    CHECK(keys.viewer("one") != keys.session("one"));
    CHECK(keys.session("12345678") != keys.session("1234567"));
    CHECK(keys.player("8.8.8.8", {}, {}) == keys.player("8.8.8.8", "", ""));
}

TEST_CASE("a player without ids is another view on the next day") {
    const Keys keys("a secret");
    const auto key = [&](Time time) {
        return keys.fallback_session("198.51.100", "VLC/3.0", "ch_001", time);
    };
    CHECK(key(now) == key(now + std::chrono::hours(23)));
    CHECK(key(now) != key(now + std::chrono::hours(24)));
}

TEST_CASE("a token is good for its broadcast, until it expires, as it was issued") {
    const BeaconTokens tokens("a secret");
    const auto broadcast = *BroadcastId::parse("bc_1");
    const auto token =
        tokens.issue(broadcast, {"0123456789abcdef", now + std::chrono::hours(1), {"18-24", "female", "hi"}});
    const auto grant = tokens.verify(token, "bc_1", now);
    REQUIRE(grant);
    CHECK(grant->sid == "0123456789abcdef");
    CHECK(grant->claims == Claims{"18-24", "female", "hi"});
    CHECK(!tokens.verify(token, "bc_2", now));
    CHECK(!tokens.verify(token, "bc_1", now + std::chrono::hours(1)));
    CHECK(!BeaconTokens("another").verify(token, "bc_1", now));
    auto forged = token;
    forged[0] = '1';
    CHECK(!tokens.verify(forged, "bc_1", now));
    CHECK(!tokens.verify("", "bc_1", now));
}
