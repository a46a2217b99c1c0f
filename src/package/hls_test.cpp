#include "package/hls.hpp"

#include <doctest/doctest.h>

using namespace tally;
using namespace tally::package;
using namespace std::chrono_literals;

namespace {

const Time noon{1'790'856'000s};

}  // namespace

TEST_CASE("a live media playlist") {
    const hls::MediaPlaylist playlist{
        .target_duration = 2,
        .media_sequence = 41,
        .discontinuity_sequence = 3,
        .segments =
            {
                {"segment_41.m4s", "init_0.mp4", 2.002s, false, false, noon},
                {"segment_42.m4s", "init_1.mp4", 1.5s, true, false, noon + 6s},
            },
    };
    CHECK(
        hls::render_media_playlist(playlist) ==
        "#EXTM3U\n"
        "#EXT-X-VERSION:7\n"
        "#EXT-X-TARGETDURATION:2\n"
        "#EXT-X-MEDIA-SEQUENCE:41\n"
        "#EXT-X-DISCONTINUITY-SEQUENCE:3\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        "#EXT-X-MAP:URI=\"init_0.mp4\"\n"
        "#EXT-X-PROGRAM-DATE-TIME:2026-10-01T12:00:00.000Z\n"
        "#EXTINF:2.00200,\n"
        "segment_41.m4s\n"
        "#EXT-X-DISCONTINUITY\n"
        "#EXT-X-MAP:URI=\"init_1.mp4\"\n"
        "#EXT-X-PROGRAM-DATE-TIME:2026-10-01T12:00:06.000Z\n"
        "#EXTINF:1.50000,\n"
        "segment_42.m4s\n"
    );
}

TEST_CASE("a playlist of a recording says so and ends") {
    const hls::MediaPlaylist playlist{
        .type = hls::MediaPlaylist::Type::vod,
        .independent = false,
        .segments = {{"segment_0.m4s", "init_0.mp4", 2s, false, true, noon}},
    };
    const auto text = hls::render_media_playlist(playlist);
    CHECK(text.find("#EXT-X-VERSION:8\n") != std::string::npos);
    CHECK(text.find("#EXT-X-PLAYLIST-TYPE:VOD\n") != std::string::npos);
    CHECK(text.find("#EXT-X-GAP\n#EXTINF") != std::string::npos);
    CHECK(text.find("INDEPENDENT") == std::string::npos);
    CHECK(text.ends_with("#EXT-X-ENDLIST\n"));
}

TEST_CASE("a master playlist adds up what plays together") {
    const hls::MasterPlaylist master{
        .video = {{"720p/playlist.m3u8", "avc1.64001f", {4'000'000, 3'000'000}, 1280, 720, 29.97}},
        .audio = hls::AudioRendition{"audio", "audio/playlist.m3u8", "mp4a.40.2", {130'000, 128'000}, 2},
    };
    CHECK(
        hls::render_master(master) ==
        "#EXTM3U\n"
        "#EXT-X-VERSION:7\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"audio\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\","
        "URI=\"audio/playlist.m3u8\"\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=4130000,AVERAGE-BANDWIDTH=3128000,CODECS=\"avc1.64001f,mp4a.40.2\","
        "RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO=\"audio\"\n"
        "720p/playlist.m3u8\n"
    );
}

TEST_CASE("audio alone is a variant without a group") {
    const hls::MasterPlaylist master{
        .video = {},
        .audio = hls::AudioRendition{"audio", "audio/playlist.m3u8", "mp4a.40.2", {130'000, 128'000}, 2},
    };
    const auto text = hls::render_master(master);
    CHECK(text.find("#EXT-X-MEDIA") == std::string::npos);
    CHECK(text.find("CODECS=\"mp4a.40.2\"\naudio/playlist.m3u8\n") != std::string::npos);
}
