#include "record/movie.hpp"

#include "record/index.hpp"
#include "record/recorder.hpp"
#include "record/test_media.hpp"

namespace tally::record {
namespace {

using std::chrono::seconds;
using test::RenditionFeed;

struct MovieFixture {
    TemporaryDirectory directory;
    WorkerPool disk{"recording", 1, 10'000};
    std::shared_ptr<Recorder> recorder = wait(Recorder::open(disk, directory.path()))->recorder;
    RenditionFeed video{*recorder, "720p", test::video_format()};
    RenditionFeed audio{*recorder, "audio", test::audio_format()};

    std::shared_ptr<const Recording> finish() {
        REQUIRE(wait(recorder->finish()));
        auto recording = Recording::open(directory.path());
        REQUIRE(recording);
        return *recording;
    }

    std::shared_ptr<const Recording> record(int segments) {
        for (int i = 0; i < segments; ++i) {
            video.add_segment();
            audio.add_segment();
        }
        return finish();
    }
};

Bytes all_of(const ByteSource& source) {
    auto bytes = source.read(0, static_cast<std::size_t>(source.size()));
    REQUIRE(bytes);
    return *std::move(bytes);
}

/// What follows the movie's header, when it holds samples of the given decode times and nothing else.
Bytes body(std::initializer_list<std::pair<media::Kind, std::uint64_t>> samples) {
    Bytes body;
    for (const auto& [kind, decode_time] : samples) {
        const auto duration = kind == media::Kind::video ? 3000U : 1024U;
        const auto bytes = test::sample_bytes(
            kind, decode_time, 20 + static_cast<std::uint32_t>(decode_time / duration % 7)
        );
        body.insert(body.end(), bytes.begin(), bytes.end());
    }
    return body;
}

bool contains(ByteView bytes, ByteView wanted) {
    return !std::ranges::search(bytes, wanted).empty();
}

TEST_CASE_FIXTURE(MovieFixture, "a download holds every sample once, video and audio interleaved") {
    const auto recording = record(3);
    const auto made = movie(*recording, whole(*recording));
    REQUIRE(made);
    const auto bytes = all_of(*made->source);

    std::uint64_t media = 0;
    IndexReader reader(recording->index(), IndexReader::Detail::samples);
    while (const auto entry = *reader.next())
        if (const auto* fragment = std::get_if<FragmentEntry>(&*entry))
            media += fragment->size - fragment->payload;
    CHECK(bytes.size() > media);
    CHECK(bytes.size() < media + 6000);

    CHECK(text_of(bytes).substr(4, 4) == "ftyp");
    CHECK(text_of(bytes).find("moov") < text_of(bytes).find("mdat"));
    // The last video sample of the first half second, then the first of its second half.
    CHECK(contains(bytes, body({{media::Kind::video, 14 * 3000}, {media::Kind::video, 15 * 3000}})));
    // The last video sample of the first segment, then the audio of that segment.
    CHECK(contains(bytes, body({{media::Kind::video, 29 * 3000}, {media::Kind::audio, 0}})));
}

TEST_CASE_FIXTURE(MovieFixture, "any range of a download is that range of the whole") {
    const auto recording = record(2);
    const auto made = movie(*recording, whole(*recording));
    REQUIRE(made);
    const auto bytes = all_of(*made->source);
    for (std::size_t offset = 0; offset < bytes.size(); offset += 37) {
        const auto size = std::min<std::size_t>(bytes.size() - offset, 1 + offset % 1500);
        const auto range = made->source->read(offset, size);
        REQUIRE(range);
        CHECK(std::ranges::equal(*range, ByteView(bytes).subspan(offset, size)));
    }
}

TEST_CASE_FIXTURE(MovieFixture, "previews are ten seconds from 10, 50 and 80 percent, keyframe to keyframe") {
    const auto recording = record(60);
    const auto cuts = previews(*recording);
    REQUIRE(cuts.size() == 3);
    CHECK(cuts[0] == Cut{.from = seconds(6), .to = seconds(16)});
    CHECK(cuts[1] == Cut{.from = seconds(30), .to = seconds(40)});
    CHECK(cuts[2] == Cut{.from = seconds(48), .to = seconds(58)});

    const auto made = movie(*recording, cuts[1]);
    REQUIRE(made);
    const auto bytes = all_of(*made->source);
    CHECK(contains(bytes, body({{media::Kind::video, 900 * 3000}, {media::Kind::video, 901 * 3000}})));
    CHECK_FALSE(contains(bytes, body({{media::Kind::video, 899 * 3000}, {media::Kind::video, 900 * 3000}})));
    CHECK_FALSE(contains(bytes, body({{media::Kind::video, 1199 * 3000}, {media::Kind::video, 1200 * 3000}}))
    );
    CHECK(contains(bytes, body({{media::Kind::audio, 1407 * 1024}, {media::Kind::audio, 1408 * 1024}})));
    CHECK_FALSE(contains(bytes, body({{media::Kind::audio, 1406 * 1024}, {media::Kind::audio, 1407 * 1024}}))
    );
}

TEST_CASE_FIXTURE(
    MovieFixture, "a preview's audio begins where its first picture is shown, not where it is decoded"
) {
    video.set_composition_offset(6000);
    const auto recording = record(60);
    const auto cuts = previews(*recording);
    CHECK(cuts[1] == Cut{.from = seconds(30), .to = seconds(40), .audio_later = media::Ticks(6000)});
    const auto made = movie(*recording, cuts[1]);
    REQUIRE(made);
    const auto bytes = all_of(*made->source);
    CHECK(contains(bytes, body({{media::Kind::video, 900 * 3000}, {media::Kind::video, 901 * 3000}})));
    // 30 s and 1/15 s are 1409.4 frames of audio.
    CHECK(contains(bytes, body({{media::Kind::audio, 1410 * 1024}, {media::Kind::audio, 1411 * 1024}})));
    CHECK_FALSE(contains(bytes, body({{media::Kind::audio, 1409 * 1024}, {media::Kind::audio, 1410 * 1024}}))
    );
}

TEST_CASE_FIXTURE(MovieFixture, "previews of a short recording are what there is") {
    const auto recording = record(2);
    const auto cuts = previews(*recording);
    REQUIRE(cuts.size() == 3);
    CHECK(cuts[0] == whole(*recording));
    CHECK(cuts[2] == Cut{.from = seconds(1), .to = recording->end()});
    for (const auto& cut : cuts)
        CHECK(movie(*recording, cut));
}

TEST_CASE_FIXTURE(MovieFixture, "a recording without media has neither previews nor a download") {
    const auto recording = finish();
    CHECK(previews(*recording).empty());
    CHECK(movie(*recording, whole(*recording)).error().code == Errc::not_found);
}

TEST_CASE_FIXTURE(MovieFixture, "a resolution that changes becomes a second sample description") {
    video.add_segment();
    video.set_format(test::video_format(1080));
    const auto recording = record(1);
    const auto made = movie(*recording, whole(*recording));
    REQUIRE(made);
    const auto bytes = all_of(*made->source);
    const auto text = text_of(bytes);
    const auto first = text.find("avc1", text.find("stsd"));
    REQUIRE(first != text.npos);
    CHECK(text.find("avc1", first + 4) < text.find("stts"));
}

TEST_CASE_FIXTURE(MovieFixture, "a long recording is opened from its index alone, and fast") {
    const auto entry_count = 20'000;
    FragmentEntry entry{
        .independent = true, .duration = 30'000, .size = 250, .payload = 50, .sample_count = 10
    };
    entry.samples.assign(10, {.size = 20, .duration = 3000, .composition_offset = 6000, .sync = false});
    video.add_segment();
    const auto start = finish();
    Bytes index = test::read_file(index_path(directory.path()));
    const auto media = media_path(directory.path(), "720p");
    for (int i = 0; i < entry_count; ++i) {
        entry.segment = 1 + static_cast<std::uint64_t>(i) / 6;
        entry.decode_time = 90'000 + static_cast<std::uint64_t>(i) * 30'000;
        entry.offset = start->rendition("720p")->media_end + static_cast<std::uint64_t>(i) * 250;
        const auto record = encode(entry);
        index.insert(index.end(), record.begin(), record.end());
    }
    test::write_file(index_path(directory.path()), index);
    std::filesystem::resize_file(media, std::filesystem::file_size(media) + entry_count * 250);

    const auto begun = std::chrono::steady_clock::now();
    const auto recording = Recording::open(directory.path());
    REQUIRE(recording);
    const auto made = movie(**recording, whole(**recording));
    REQUIRE(made);
    const auto took = std::chrono::steady_clock::now() - begun;
    CHECK(made->source->size() > 4'000'000);
    CHECK(
        took < seconds(5)
    );  // a debug build on a busy machine; a million samples take 0.3 s in a release build
}

}  // namespace
}  // namespace tally::record
