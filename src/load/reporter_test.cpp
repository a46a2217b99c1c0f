#include "load/reporter.hpp"

#include <doctest/doctest.h>

namespace tally::load {

TEST_CASE("a view is named by an address that has all of its parts") {
    const auto view = view_in("/live/ch_001/720p/playlist.m3u8?sid=a1&cid=bc_1&tk=x%2Ey");
    REQUIRE(view);
    CHECK(view->sid == "a1");
    CHECK(view->broadcast == "bc_1");
    CHECK(view->token == "x.y");
    CHECK_FALSE(view_in("/live/ch_001/720p/playlist.m3u8?sid=a1&cid=bc_1"));
    CHECK_FALSE(view_in("no address"));
}

}  // namespace tally::load
