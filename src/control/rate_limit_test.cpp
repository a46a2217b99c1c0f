#include "control/rate_limit.hpp"

#include <doctest/doctest.h>

namespace tally::control {

using std::chrono::seconds;

TEST_CASE("a client that used up its period waits for the next one, and others do not") {
    RateLimit limit({.uses = 2, .period = seconds(60)});
    const Instant start(seconds(1000));
    CHECK(limit.take("a", start) == seconds(0));
    CHECK(limit.take("a", start + seconds(10)) == seconds(0));
    CHECK(limit.take("a", start + seconds(20)) == seconds(40));
    CHECK(limit.take("a", start + Milliseconds(59'900)) == seconds(1));
    CHECK(limit.take("b", start + seconds(20)) == seconds(0));
    CHECK(limit.take("a", start + seconds(60)) == seconds(0));
    CHECK(limit.take("a", start + seconds(60)) == seconds(0));
    CHECK(limit.take("a", start + seconds(60)) == seconds(60));
}

TEST_CASE("only so many clients are kept, and those whose period is over make room") {
    RateLimit limit({.uses = 1, .period = seconds(60), .clients = 2});
    const Instant start(seconds(1000));
    CHECK(limit.take("a", start) == seconds(0));
    CHECK(limit.take("b", start + seconds(30)) == seconds(0));
    CHECK(limit.take("c", start + seconds(30)) == seconds(60));
    CHECK(limit.take("b", start + seconds(30)) == seconds(60));
    CHECK(limit.take("c", start + seconds(60)) == seconds(0));
    CHECK(limit.take("b", start + seconds(60)) == seconds(30));
}

}  // namespace tally::control
