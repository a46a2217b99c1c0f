#include "base/clock.hpp"

#include <doctest/doctest.h>

namespace tally {

TEST_CASE("a time survives its text form") {
    const auto time = parse_rfc3339("2026-10-01T18:00:00.123Z");
    REQUIRE(time);
    CHECK(to_rfc3339(*time) == "2026-10-01T18:00:00.123Z");
}

TEST_CASE("offsets and fractions of any length are accepted") {
    CHECK(to_rfc3339(parse_rfc3339("2024-01-21T23:30:00+05:30").value()) == "2024-01-21T18:00:00.000Z");
    CHECK(to_rfc3339(parse_rfc3339("2024-01-21t18:00:00.5z").value()) == "2024-01-21T18:00:00.500Z");
    CHECK(
        to_rfc3339(parse_rfc3339("2024-01-21T18:00:00.123456789-01:00").value()) == "2024-01-21T19:00:00.123Z"
    );
}

TEST_CASE("what is not a time is refused") {
    for (const auto* text :
         {"",
          "2024",
          "2024-13-01T00:00:00Z",
          "2024-02-30T00:00:00Z",
          "2024-01-01T24:00:00Z",
          "2024-01-01T00:00:00",
          "2024-01-01T00:00:00.Z",
          "2024-01-01T00:00:00+5",
          "2024-01-01T00:00:00Zx",
          "-024-01-01T00:00:00Z"})
        CHECK_FALSE(parse_rfc3339(text));
}

}  // namespace tally
