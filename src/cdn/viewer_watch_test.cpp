#include "cdn/viewer_watch.hpp"

#include <doctest/doctest.h>

using namespace tally::cdn;

TEST_CASE("every address of a playlist gets the query, tags and titles do not") {
    CHECK(
        with_query(
            "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,NAME=\"a\",URI=\"audio/playlist.m3u8\"\n#EXT-X-STREAM-INF:X=1\n"
            "720p/playlist.m3u8\nb?c=d\n",
            "sid=1"
        ) ==
        "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,NAME=\"a\",URI=\"audio/"
        "playlist.m3u8?sid=1\"\n#EXT-X-STREAM-INF:X=1\n"
        "720p/playlist.m3u8?sid=1\nb?c=d&sid=1\n"
    );
}

TEST_CASE("a manifest says where its player goes on") {
    CHECK(
        with_location("<?xml?>\n<MPD a=\"b\">\n  <Period/>\n</MPD>\n", "sid=1&tk=2") ==
        "<?xml?>\n<MPD a=\"b\">\n  <Location>manifest.mpd?sid=1&amp;tk=2</Location>\n  <Period/>\n</MPD>\n"
    );
    CHECK(with_location("no manifest", "q") == "no manifest");
}
