#include "analytics/collect/flood_limit.hpp"

#include <doctest/doctest.h>

using namespace tally;
using namespace tally::analytics;

TEST_CASE("a network that sends too much waits, others do not") {
    FloodLimit limit({.per_second = 10, .burst = 20});
    const ManualClock clock;
    auto now = clock.monotonic();
    CHECK(limit.take("198.51.100.0", 20, now));
    CHECK(!limit.take("198.51.100.0", 1, now));
    CHECK(limit.take("203.0.113.0", 1, now));
    now += std::chrono::seconds(1);
    CHECK(limit.take("198.51.100.0", 10, now));
    CHECK(!limit.take("198.51.100.0", 1, now));
}
