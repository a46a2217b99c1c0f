#include "package/fixtures.hpp"

#include <doctest/doctest.h>

using namespace tally::package::fixtures;
using namespace tally;

namespace {

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
        ++found;
    return found;
}

}  // namespace

TEST_CASE("playlists list about ten segments, and the bytes stay as long again") {
    Encoder encoder;
    encoder.run(0ms, 121s);
    const auto snapshot = encoder.output->snapshot();
    for (const auto* name : {"720p", "audio"}) {
        const auto& rendition = *snapshot->renditions.at(name);
        const auto listed = count(encoder.playlist(name), "#EXTINF");
        CHECK(listed >= 10);
        CHECK(listed <= 11);
        CHECK(rendition.segments.size() >= 2 * listed - 1);
        CHECK(rendition.segments.size() <= 2 * listed + 1);
        for (const auto& segment : rendition.segments)
            CHECK(rendition.inits.contains(segment->init));
    }
}

TEST_CASE("discontinuities that leave the playlist are counted, and their init segments leave in the end") {
    Encoder encoder;
    Milliseconds at = 0ms;
    for (int session = 0; session < 5; ++session, at += 4s) {
        encoder.video = video_format(session % 2 ? 720 : 1080);
        encoder.run(at, at + 4s, session > 0);
    }
    encoder.run(at, at + 18s);
    const auto playlist = encoder.playlist("1080p");
    CHECK(count(playlist, "#EXT-X-DISCONTINUITY\n") == 1);
    CHECK(count(playlist, "#EXT-X-DISCONTINUITY-SEQUENCE:3\n") == 1);
    CHECK(count(encoder.playlist("audio"), "#EXT-X-DISCONTINUITY-SEQUENCE:3\n") == 1);
    encoder.run(at + 18s, at + 50s);
    CHECK(encoder.output->snapshot()->renditions.at("1080p")->inits.size() == 1);
    CHECK(count(encoder.playlist("1080p"), "#EXT-X-DISCONTINUITY-SEQUENCE:4\n") == 1);
    CHECK(count(encoder.manifest(), "<Period ") == 1);
}

TEST_CASE("a period keeps its start and offset while its first segments leave the window") {
    Encoder encoder;
    encoder.run(0ms, 5s);
    encoder.started += 3s;
    encoder.run(5040ms, 15s, true);
    const std::string period = "<Period id=\"3\" start=\"PT8.040S\">";
    CHECK(count(encoder.manifest(), period) == 1);
    CHECK(count(encoder.manifest(), "presentationTimeOffset=\"453600\"") == 1);
    encoder.run(15s, 61s);
    CHECK(count(encoder.manifest(), period) == 1);
    CHECK(count(encoder.manifest(), "presentationTimeOffset=\"453600\"") == 1);
    CHECK(count(encoder.manifest(), "type=\"dynamic\"") == 1);
    encoder.packager->on_end();
    CHECK(count(encoder.manifest(), period) == 1);
    CHECK(count(encoder.manifest(), "type=\"static\" mediaPresentationDuration=\"PT64.0") == 1);
}

TEST_CASE("the master playlist tells rate, size and bitrates of what was measured") {
    Encoder encoder;
    encoder.fps = 30000.0 / 1001;
    encoder.run(0ms, 20s);
    const auto master = encoder.master();
    CHECK(count(master, "FRAME-RATE=29.970") == 1);
    CHECK(count(master, "RESOLUTION=1280x720") == 1);
    CHECK(count(master, "CODECS=\"avc1.64001f,mp4a.40.2\"") == 1);
    // 2000 bytes a frame and 200 a packet are 554 kbit/s, and the boxes around them.
    CHECK(count(master, "AVERAGE-BANDWIDTH=5") + count(master, "AVERAGE-BANDWIDTH=6") == 1);
}
