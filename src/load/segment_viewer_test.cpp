#include "load/segment_viewer.hpp"

#include <doctest/doctest.h>

namespace tally::load {
namespace {

std::string resolved(std::string_view reference) {
    const auto target = resolve_target("127.0.0.1:3004", "/live/x/playlist.m3u8?sid=1", reference);
    return target ? *target : target.error().context;
}

}  // namespace

TEST_CASE("addresses in playlists lead to paths of the same server") {
    CHECK(resolved("720p/playlist.m3u8?sid=2") == "/live/x/720p/playlist.m3u8?sid=2");
    CHECK(resolved("../y/1.m4s") == "/live/y/1.m4s");
    CHECK(resolved("/a.m4s") == "/a.m4s");
    CHECK(resolved("http://127.0.0.1:3004/b.m4s") == "/b.m4s");
    CHECK(resolved("") == "/live/x/playlist.m3u8?sid=1");
}

TEST_CASE("what leads to another server or nowhere is refused") {
    CHECK(resolved("http://example.com/b.m4s") == "a URL of another server");
    CHECK(resolved("a b") == "a URL that is none");
}

TEST_CASE("a player joins as far behind the live edge as it is told, or at the start of what there is") {
    MediaPlaylist playlist{.target_duration = 2, .ended = false, .map_uri = {}, .segments = {}};
    for (std::uint64_t number = 5; number < 12; ++number)
        playlist.segments.push_back({.number = number, .uri = "x", .duration = 2, .captured = {}});
    CHECK(joining_segment(playlist, 6) == 9);
    CHECK(joining_segment(playlist, 3) == 11);
    CHECK(joining_segment(playlist, 100) == 5);
}

}  // namespace tally::load
