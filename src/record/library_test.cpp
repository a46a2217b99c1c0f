#include "record/library.hpp"

#include "record/recorder.hpp"
#include "record/test_media.hpp"

namespace tally::record {
namespace {

using test::RenditionFeed;

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size()))
        ++found;
    return found;
}

struct LibraryFixture {
    TemporaryDirectory root;
    ManualClock clock;
    WorkerPool recording{"recording", 1, 1000};
    WorkerPool disk{"disk", 2, 1000};
    Library library{root.path(), disk, clock};
    BroadcastId id = BroadcastId::make(clock.now());
    std::shared_ptr<Recorder> recorder = wait(Recorder::open(recording, library.directory(id)))->recorder;
    RenditionFeed video{*recorder, "720p", test::video_format()};
    RenditionFeed audio{*recorder, "audio", test::audio_format()};

    void add_segment() {
        video.add_segment();
        audio.add_segment();
        REQUIRE(wait(recorder->finish()));
    }

    std::string playlist(const std::string& rendition) {
        const auto entry = wait(library.open(id));
        REQUIRE(entry);
        return std::string(text_of(*entry->presentation->playlists.at(rendition).text));
    }
};

TEST_CASE_FIXTURE(
    LibraryFixture, "a recording that goes on is read again after a second, and at once when forgotten"
) {
    add_segment();
    CHECK(playlist("720p").find("segment_0.m4s") != std::string::npos);
    add_segment();
    CHECK(playlist("720p").find("segment_1.m4s") == std::string::npos);
    clock.advance(Milliseconds(1000));
    CHECK(playlist("720p").find("segment_1.m4s") != std::string::npos);
    add_segment();
    library.forget(id);
    CHECK(playlist("720p").find("segment_2.m4s") != std::string::npos);
}

TEST_CASE_FIXTURE(
    LibraryFixture, "a VOD playlist ends, and every segment has its wall-clock time and its init segment"
) {
    add_segment();
    add_segment();
    const auto text = playlist("720p");
    CHECK(text.find("#EXT-X-PLAYLIST-TYPE:VOD") != std::string::npos);
    CHECK(text.find("#EXT-X-MAP:URI=\"init_0.mp4\"") != std::string::npos);
    CHECK(text.find("#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:01.000Z") != std::string::npos);
    CHECK(text.find("#EXT-X-DISCONTINUITY\n") == std::string::npos);
    CHECK(text.ends_with("#EXT-X-ENDLIST\n"));

    const auto entry = wait(library.open(id));
    const auto master = text_of(*entry->presentation->master.text);
    CHECK(master.find("RESOLUTION=1280x720") != master.npos);
    CHECK(master.find("720p/playlist.m3u8") != master.npos);
    CHECK(master.find("audio/playlist.m3u8") != master.npos);
}

TEST_CASE_FIXTURE(
    LibraryFixture, "what was lost is a gap in the playlist, no longer than the target duration"
) {
    add_segment();
    for (int i = 0; i < 2; ++i)
        video.skip_segment();
    add_segment();
    const auto text = playlist("720p");
    CHECK(count(text, "#EXT-X-GAP") == 2);
    CHECK(text.find("segment_3.m4s") != text.npos);
    CHECK(playlist("audio").find("#EXT-X-GAP") == std::string::npos);
}

TEST_CASE_FIXTURE(
    LibraryFixture, "a rendition that joined late has gaps in front, and the seams of the others"
) {
    video.add_segment();
    video.add_segment(true);
    video.add_segment();
    audio.continue_at(3, 0, 3 * 48'000);
    video.add_segment(true);
    audio.add_segment(true);
    REQUIRE(wait(recorder->finish()));
    CHECK(wait(library.open(id))->recording->seams() == 2);
    const auto text = playlist("audio");
    CAPTURE(text);
    CHECK(count(text, "#EXT-X-GAP") == 3);
    CHECK(count(text, "#EXT-X-DISCONTINUITY-SEQUENCE:1\n") == 1);
    CHECK(count(text, "#EXT-X-MEDIA-SEQUENCE:0\n") == 1);
    CHECK(count(text, "#EXTINF:1.00000,\ngap.m4s\n#EXT-X-DISCONTINUITY\n") == 1);
    CHECK(count(text, "#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:00.000Z\n#EXT-X-GAP") == 1);
    CHECK(count(playlist("720p"), "#EXT-X-DISCONTINUITY\n") == 2);
    CHECK(count(playlist("720p"), "#EXT-X-GAP") == 0);
}

TEST_CASE_FIXTURE(LibraryFixture, "downloads are made once and shared") {
    add_segment();
    const auto first = wait(library.download(id));
    const auto second = wait(library.download(id));
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first->source == second->source);
    CHECK(wait(library.preview(id, 2)));
    CHECK(wait(library.preview(id, 3)).error().code == Errc::not_found);
}

TEST_CASE_FIXTURE(LibraryFixture, "a broadcast without a recording is not found") {
    const auto unknown = *BroadcastId::parse("bc_unknown");
    CHECK(wait(library.open(unknown)).error().code == Errc::not_found);
    CHECK(wait(library.download(unknown)).error().code == Errc::not_found);
    CHECK(wait(library.download(id)).error().code == Errc::not_found);
}

}  // namespace
}  // namespace tally::record
