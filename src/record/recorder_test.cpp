#include "record/recorder.hpp"

#include "record/index.hpp"
#include "record/test_media.hpp"

#include <semaphore>

namespace tally::record {
namespace {

using test::RenditionFeed;

struct RecorderFixture {
    TemporaryDirectory directory;
    WorkerPool disk{"recording", 1, 1000};

    std::shared_ptr<Recorder> open(Recorder::Limits limits = {}) {
        auto opened = wait(Recorder::open(disk, directory.path(), limits));
        REQUIRE(opened);
        return opened->recorder;
    }

    std::shared_ptr<const Recording> recording() const {
        auto recording = Recording::open(directory.path());
        REQUIRE(recording);
        return *recording;
    }
};

TEST_CASE_FIXTURE(RecorderFixture, "what was heard is on disk once, in the order made") {
    const auto recorder = open();
    RenditionFeed video(*recorder, "720p", test::video_format());
    RenditionFeed audio(*recorder, "audio", test::audio_format());
    for (int i = 0; i < 3; ++i) {
        video.add_segment();
        audio.add_segment();
    }
    REQUIRE(wait(recorder->finish()));

    const auto made = recording();
    REQUIRE(made->renditions().size() == 2);
    const auto* rendition = made->rendition("720p");
    REQUIRE(rendition != nullptr);
    REQUIRE(rendition->segments.size() == 3);
    CHECK(rendition->segments[2].number == 2);
    CHECK(rendition->segments[2].decode_time == 180'000);
    CHECK(rendition->segments[2].duration == 90'000);
    CHECK(rendition->segments[2].captured == Time(Milliseconds(2000)));
    CHECK(rendition->segments[2].independent);
    CHECK(made->duration() >= std::chrono::seconds(3));
    CHECK(made->gaps().empty());
    CHECK(
        made->size() == std::filesystem::file_size(media_path(directory.path(), "720p")) +
                            std::filesystem::file_size(media_path(directory.path(), "audio"))
    );
    CHECK(recorder->lost_fragments() == 0);
}

TEST_CASE_FIXTURE(RecorderFixture, "a broadcast without media leaves a recording that is not playable") {
    const auto recorder = open();
    REQUIRE(wait(recorder->finish()));
    CHECK_FALSE(recording()->playable());
    CHECK(recording()->duration() == media::Ticks(0));
    CHECK(Recording::open(directory.path() / "never").error().code == Errc::not_found);
}

/// Cuts one file at every length, and asks of each that it opens to whole fragments and can be gone on with.
void cut_at_every_byte(const RecorderFixture& fixture, const std::filesystem::path& file) {
    const auto whole_index = test::read_file(index_path(fixture.directory.path()));
    const auto whole_file = test::read_file(file);
    const auto media = media_path(fixture.directory.path(), "720p");
    const auto whole_media = test::read_file(media);
    std::size_t fragments_before = 0;
    for (std::size_t size = 0; size <= whole_file.size(); ++size) {
        test::write_file(index_path(fixture.directory.path()), whole_index);
        test::write_file(media, whole_media);
        std::filesystem::resize_file(file, size);
        REQUIRE(Writer::open(fixture.directory.path()));

        const auto recording = fixture.recording();
        CHECK(std::filesystem::file_size(index_path(fixture.directory.path())) == recording->index_end());
        if (recording->renditions().empty()) continue;
        const auto& rendition = recording->renditions().front();
        CHECK(std::filesystem::file_size(media) == rendition.media_end);
        std::size_t fragments = 0;
        IndexReader reader(recording->index(), IndexReader::Detail::samples);
        while (const auto entry = *reader.next()) {
            if (const auto* fragment = std::get_if<FragmentEntry>(&*entry)) {
                ++fragments;
                CHECK(fragment->offset + fragment->size <= rendition.media_end);
            }
        }
        CHECK(fragments >= fragments_before);
        fragments_before = fragments;
    }
    CHECK(fragments_before == 4);
}

TEST_CASE_FIXTURE(
    RecorderFixture, "a kill at any byte of the index or the media keeps every whole fragment before it"
) {
    const auto recorder = open();
    RenditionFeed video(*recorder, "720p", test::video_format());
    video.add_segment();
    video.add_segment();
    REQUIRE(wait(recorder->finish()));
    SUBCASE("index") {
        cut_at_every_byte(*this, index_path(directory.path()));
    }
    SUBCASE("media") {
        cut_at_every_byte(*this, media_path(directory.path(), "720p"));
    }
}

TEST_CASE_FIXTURE(RecorderFixture, "media that cannot be opened for now costs nothing that the index tells") {
    {
        const auto recorder = open();
        RenditionFeed video(*recorder, "720p", test::video_format());
        video.add_segment();
        REQUIRE(wait(recorder->finish()));
    }
    const auto media = media_path(directory.path(), "720p");
    const auto aside = directory.path() / "aside";
    std::filesystem::rename(media, aside);
    std::filesystem::create_symlink(media, media);  // opening fails, and not because there is nothing
    CHECK(Writer::open(directory.path()).error().code == Errc::io);

    std::filesystem::rename(aside, media);
    CHECK(recording()->rendition("720p")->segments.size() == 1);
}

TEST_CASE_FIXTURE(RecorderFixture, "a recording goes on after a kill in the middle of a fragment") {
    {
        const auto recorder = open();
        RenditionFeed video(*recorder, "720p", test::video_format());
        video.add_segment();
        video.add_segment();
        REQUIRE(wait(recorder->finish()));
    }
    const auto media = media_path(directory.path(), "720p");
    std::filesystem::resize_file(media, std::filesystem::file_size(media) - 1);

    const auto opened = wait(Recorder::open(disk, directory.path()));
    REQUIRE(opened);
    CHECK(opened->resume_at == media::Ticks(135'000));
    REQUIRE(opened->resume.tracks.size() == 1);
    const auto& next = opened->resume.tracks.at(media::Kind::video);
    CHECK(next.name == "720p");
    CHECK(next.timescale == 90'000);
    CHECK(next.next_init == 1);
    CHECK(next.next_segment == 2);
    CHECK(next.next_decode_time == 135'000);

    RenditionFeed video(*opened->recorder, "720p", test::video_format());
    video.continue_at(next.next_segment, next.next_init, next.next_decode_time);
    video.add_segment();
    REQUIRE(wait(opened->recorder->finish()));
    const auto segments = recording()->rendition("720p")->segments;
    REQUIRE(segments.size() == 3);
    CHECK(segments[1].duration == 45'000);
    CHECK(segments[2].decode_time == 135'000);
    CHECK(segments[2].init == 1);
    CHECK(recording()->gaps().empty());
}

TEST_CASE_FIXTURE(
    RecorderFixture, "a restart within the first segment leaves the target duration to the next one"
) {
    for (const unsigned expected : {0U, 2U}) {
        const auto recorder = open();
        RenditionFeed video(*recorder, "720p", test::video_format());
        if (expected != 0) video.add_segment();
        video.add_part(0, 45'000);
        REQUIRE(wait(recorder->finish()));
        CHECK(resume_of(*recording()).target_duration == expected);
        std::filesystem::remove_all(directory.path());
    }
}

TEST_CASE_FIXTURE(
    RecorderFixture, "a disk that falls behind costs the recording whole segments, and never waits"
) {
    std::binary_semaphore stuck(0);
    const auto recorder = open({.bytes = 100'000});
    RenditionFeed video(*recorder, "720p", test::video_format(), 2000);
    REQUIRE(disk.post([&] { stuck.acquire(); }));
    for (int i = 0; i < 3; ++i)
        video.add_segment();  // 60 kB each: the second's end and the third do not fit
    CHECK(recorder->lost_fragments() == 3);
    CHECK(recorder->failing());
    stuck.release();
    REQUIRE(wait(recorder->finish()));

    video.add_segment();
    REQUIRE(wait(recorder->finish()));
    CHECK_FALSE(recorder->failing());
    const auto made = recording();
    const auto& segments = made->rendition("720p")->segments;
    REQUIRE(segments.size() == 3);
    CHECK(segments[1].duration == 45'000);
    CHECK(segments[2].number == 3);
    const auto gaps = made->gaps();
    REQUIRE(gaps.size() == 1);
    CHECK(gaps[0].start == media::Ticks(135'000));
    CHECK(gaps[0].duration == media::Ticks(135'000));
}

TEST_CASE_FIXTURE(
    RecorderFixture, "after a loss a rendition goes on with the next segment, not with a part inside one"
) {
    const auto recorder = open({.bytes = 100'000});
    RenditionFeed video(*recorder, "720p", test::video_format(), 2000);
    std::binary_semaphore stuck(0);
    REQUIRE(disk.post([&] { stuck.acquire(); }));
    video.add_segment();
    video.add_part(0, 45'000);
    video.add_part(1, 90'000);  // the fourth of 30 kB: lost
    stuck.release();
    REQUIRE(wait(recorder->finish()));
    video.add_part(2, 135'000);  // has room, but follows a hole
    REQUIRE(wait(recorder->finish()));
    CHECK(recorder->lost_fragments() == 2);
    CHECK(recording()->rendition("720p")->segments[1].duration == 45'000);
}

}  // namespace
}  // namespace tally::record
