#include "transcode/printable.hpp"

#include <doctest/doctest.h>

namespace tally::transcode {

TEST_CASE("text to draw is valid UTF-8 on one line, and bounded") {
    CHECK(printable("Zürich 1 €  𝄞", 50) == "Zürich 1 €  𝄞");
    CHECK(
        printable(
            "a\xFF"
            "b",
            50
        ) == "a\uFFFDb"
    );
    CHECK(printable("\xE2\x82", 50) == "\uFFFD\uFFFD");            // cut short
    CHECK(printable("\xC0\x80", 50) == "\uFFFD\uFFFD");            // overlong
    CHECK(printable("\xED\xA0\x80", 50) == "\uFFFD\uFFFD\uFFFD");  // a surrogate
    CHECK(printable("one\ntwo\xC2\x85", 50) == "one two ");
    CHECK(printable("ééééé", 3) == "ééé");
}

}  // namespace tally::transcode
