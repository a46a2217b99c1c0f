#include "rtmp/publication.hpp"

#include <doctest/doctest.h>

using namespace tally::rtmp;

TEST_CASE("timestamps go on over the 32-bit wrap, and a step back stays a step back") {
    TimestampUnwrapper clock;
    CHECK(clock.unwrap(0xFF'FF'FF'F0) == 0xFF'FF'FF'F0);
    CHECK(clock.unwrap(0x00'00'00'10) == 0x1'00'00'00'10);
    CHECK(clock.unwrap(0xFF'FF'FF'FF) == 0xFF'FF'FF'FF);
    CHECK(clock.unwrap(0x00'00'00'20) == 0x1'00'00'00'20);
}
