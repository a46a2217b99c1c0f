#include "load/playlist.hpp"

#include <doctest/doctest.h>

namespace tally::load {

TEST_CASE("variants are read in order of bandwidth, with the audio beside them") {
    const auto master = parse_master(
        "#EXTM3U\r\n#EXT-X-VERSION:7\r\n"
        "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"x,URI=no\",URI=\"audio.m3u8?sid=1\"\r\n"
        "#EXT-X-STREAM-INF:CODECS=\"avc1.64,mp4a.40.2\",BANDWIDTH=3000000,RESOLUTION=1280x720,AUDIO="
        "\"a\"\r\nhigh.m3u8\r\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=800000\r\n\r\nlow.m3u8\r\n"
    );
    REQUIRE(master);
    REQUIRE(master->variants.size() == 2);
    CHECK(master->variants[0].uri == "low.m3u8");
    CHECK(master->variants[1].uri == "high.m3u8");
    CHECK(master->variants[1].bandwidth == 3'000'000);
    CHECK(master->variants[1].height == 720);
    CHECK(master->variants[0].height == 0);
    CHECK(master->audio_uri == "audio.m3u8?sid=1");
}

TEST_CASE("segments are numbered and timed, also where only the first has a time") {
    const auto media = parse_media(
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-MAP:URI=\"init.mp4\"\n"
        "#EXT-X-PROGRAM-DATE-TIME:2026-10-01T18:00:00.000Z\n#EXTINF:2.00000,\n7.m4s\n"
        "#EXT-X-GAP\n#EXTINF:1.5,\n8.m4s\n#EXT-X-ENDLIST\n"
    );
    REQUIRE(media);
    CHECK(media->target_duration == 2);
    CHECK(media->ended);
    CHECK(media->map_uri == "init.mp4");
    REQUIRE(media->segments.size() == 2);
    CHECK(media->segments[0].number == 7);
    CHECK(media->segments[1].number == 8);
    CHECK(media->segments[1].duration == 1.5);
    CHECK(media->segments[1].gap);
    CHECK(to_rfc3339(media->segments[1].captured.value()) == "2026-10-01T18:00:02.000Z");
}

TEST_CASE("what is no playlist is refused") {
    for (const auto* text : {"", "<html>", "#EXTM3U\n", "#EXTM3U\n#EXT-X-TARGETDURATION:0\n"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_master(text));
        CHECK_FALSE(parse_media(text));
    }
    CHECK_FALSE(parse_media("#EXTM3U\n#EXT-X-TARGETDURATION:2\nno_duration.m4s\n"));
    CHECK_FALSE(parse_media("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:nan,\n1.m4s\n"));
    CHECK_FALSE(parse_media("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1e300,\n1.m4s\n"));
}

}  // namespace tally::load
