#include "analytics/facts.hpp"

#include <doctest/doctest.h>

using namespace tally::analytics;

TEST_CASE("a key's text has 16 digits and leads back to the key") {
    CHECK(key_text(0x2a) == "000000000000002a");
    CHECK(parse_key("000000000000002a") == 0x2a);
    CHECK(!parse_key("2a"));
    CHECK(!parse_key("000000000000002g"));
}

TEST_CASE("counters add and subtract member by member") {
    Counters total{.play_ms = 5000, .rebuffers = 2, .errors = 1};
    const Counters before{.play_ms = 1000, .rebuffers = 1};
    CHECK((total - before) == Counters{.play_ms = 4000, .rebuffers = 1, .errors = 1});
    total += before;
    CHECK(total.play_ms == 6000);
}
