#include "base/utf8.hpp"

#include <doctest/doctest.h>

namespace tally {

TEST_CASE("text is UTF-8 at every boundary of its forms, and nothing else is") {
    for (const std::string_view text :
         {"",
          "a",
          "\x7f",
          "\xc2\x80",
          "\xdf\xbf",
          "\xe0\xa0\x80",
          "\xed\x9f\xbf",
          "\xee\x80\x80",
          "\xef\xbf\xbf",
          "\xf0\x90\x80\x80",
          "\xf4\x8f\xbf\xbf",
          "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xa5z"})
        CHECK_MESSAGE(is_utf8(text), text.size());
    for (const std::string_view bytes :
         {"\x80",
          "\xbf",
          "\xc0\xaf",
          "\xc1\xbf",
          "\xc2",
          "\xc2 ",
          "\xe0\x9f\xbf",
          "\xe2\x82",
          "\xe2\x82 ",
          "\xed\xa0\x80",
          "\xf0\x8f\xbf\xbf",
          "\xf0\x9f\x8e",
          "\xf4\x90\x80\x80",
          "\xf5\x80\x80\x80",
          "\xff",
          "a\xfe"})
        CHECK_MESSAGE(!is_utf8(bytes), bytes.size());
    CHECK(is_utf8(std::string_view("a\0b", 3)));
}

}  // namespace tally
