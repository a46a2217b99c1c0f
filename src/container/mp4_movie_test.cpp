#include "codec/aac.hpp"
#include "codec/fixtures.hpp"
#include "codec/h264.hpp"
#include "container/find_box.hpp"
#include "container/mp4.hpp"

#include <doctest/doctest.h>

namespace tally::container::mp4 {

namespace {

codec::Format avc(const Bytes& record) {
    return codec::parse_avc_configuration(record).value();
}

MovieTrack video() {
    return {
        .formats = {avc(codec::fixtures::avc_720p())},
        .samples = {{30, 3000, 0, true}, {10, 3000, 0, false}},
        .chunks = {{.offset = 0, .samples = 2}},
    };
}

MovieTrack audio() {
    return {
        .timescale = 48'000,
        .formats = {codec::parse_audio_specific_config(codec::fixtures::aac_stereo()).value()},
        .samples = {{100, 1024, 0, true}, {100, 1024, 0, true}},
        .chunks = {{.offset = 40, .samples = 2}},
    };
}

/// The 32-bit words of a table, behind its version and flags.
std::vector<std::uint32_t> words(ByteView table) {
    ByteReader reader(table);
    reader.skip(4);
    std::vector<std::uint32_t> values;
    while (reader.remaining() >= 4)
        values.push_back(reader.u32());
    return values;
}

std::vector<std::uint32_t> table(ByteView track, std::string_view type) {
    return words(find_box(track, "trak/mdia/minf/stbl/" + std::string(type)));
}

struct Edit {
    std::uint64_t duration;
    std::int64_t media_time;
    friend bool operator==(const Edit&, const Edit&) = default;
};

std::vector<Edit> edits(ByteView track) {
    ByteReader reader(find_box(track, "trak/edts/elst"));
    reader.skip(8);
    std::vector<Edit> list;
    while (reader.remaining() >= 20) {
        const auto duration = reader.u64();
        list.push_back({duration, static_cast<std::int64_t>(reader.u64())});
        reader.skip(4);
    }
    return list;
}

using Words = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("runs of equal samples share a row, and chunks are counted from the start of the file") {
    auto track = video();
    track.samples = {{30, 3000, 0, true}, {10, 3000, 0, false}, {11, 3003, 0, false}, {31, 3003, 0, true}};
    track.chunks = {
        {.offset = 0, .samples = 2}, {.offset = 100, .samples = 1}, {.offset = 200, .samples = 1}
    };
    const auto header = movie_header(std::span(&track, 1), 231);
    const auto moov = find_box(header, "moov");
    const auto start = static_cast<std::uint32_t>(header.size());
    CHECK(table(moov, "stts") == Words{2, 2, 3000, 2, 3003});
    CHECK(table(moov, "stss") == Words{2, 1, 4});
    CHECK(table(moov, "stsz") == Words{0, 4, 30, 10, 11, 31});
    CHECK(table(moov, "stsc") == Words{2, 1, 2, 1, 2, 1, 1});
    CHECK(table(moov, "stco") == Words{3, start, start + 100, start + 200});
    CHECK(find_box(moov, "trak/mdia/minf/stbl/ctts").empty());
    CHECK(find_box(moov, "trak/edts").empty());
    ByteReader mdat(ByteView(header).last(8));
    CHECK(mdat.u32() == 8 + 231);
    CHECK(text_of(mdat.rest()) == "mdat");
}

TEST_CASE("audio has neither sync samples nor composition offsets") {
    const auto track = audio();
    const auto header = movie_header(std::span(&track, 1), 240);
    const auto moov = find_box(header, "moov");
    CHECK(find_box(moov, "trak/mdia/minf/stbl/stss").empty());
    CHECK(find_box(moov, "trak/mdia/minf/stbl/ctts").empty());
    CHECK(table(moov, "stts") == Words{1, 2, 1024});
}

TEST_CASE("the composition time in front of the first picture of a video alone is skipped") {
    auto track = video();
    track.samples = {{30, 3000, 6000, true}, {10, 3000, 9000, false}, {5, 3000, 3000, false}};
    const auto header = movie_header(std::span(&track, 1), 45);
    const auto moov = find_box(header, "moov");
    CHECK(table(moov, "ctts") == Words{3, 1, 6000, 1, 9000, 1, 3000});
    CHECK(edits(moov) == std::vector<Edit>{{9000, 6000}});
}

TEST_CASE("a track that is presented later begins with an empty edit") {
    const std::vector<MovieTrack> tracks = [] {
        auto late = video();
        late.start = 90'000;
        late.samples = {{30, 3000, 6000, true}, {10, 3000, 6000, false}};
        auto early = audio();
        early.start = 24'000;
        return std::vector{late, early};
    }();
    const auto header = movie_header(tracks, 240);
    const auto moov = find_box(header, "moov");
    // The audio starts the movie; the first picture follows half a second and two frames later.
    CHECK(edits(moov) == std::vector<Edit>{{45'000 + 6000, -1}, {6000, 6000}});
    CHECK(edits(second_track(moov)).empty());
}

TEST_CASE("negative composition times are lifted, and the edit list takes the lift back") {
    auto track = video();
    track.start = 9000;
    track.samples = {{30, 3000, -3000, true}, {10, 3000, 0, false}};
    const std::vector<MovieTrack> tracks{track, audio()};
    const auto header = movie_header(tracks, 240);
    const auto moov = find_box(header, "moov");
    CHECK(table(moov, "ctts") == Words{2, 1, 0, 1, 3000});
    CHECK(edits(moov) == std::vector<Edit>{{6000, -1}, {9000, 0}});
}

TEST_CASE("a new format within a track is a second sample description") {
    auto track = video();
    track.formats.push_back(avc(codec::fixtures::avc_1080p()));
    track.chunks = {{.offset = 0, .samples = 1, .format = 0}, {.offset = 30, .samples = 1, .format = 1}};
    const auto header = movie_header(std::span(&track, 1), 40);
    const auto moov = find_box(header, "moov");
    CHECK(table(moov, "stsc") == Words{2, 1, 1, 1, 2, 1, 2});
    CHECK(table(moov, "stsd").front() == 2);
}

TEST_CASE("past four gigabytes offsets and the mdat's size take 64 bits") {
    auto track = video();
    constexpr std::uint64_t far = 5'000'000'000;
    track.chunks = {{.offset = 0, .samples = 1}, {.offset = far, .samples = 1}};
    const auto header = movie_header(std::span(&track, 1), far + 10);
    CHECK(find_box(header, "moov/trak/mdia/minf/stbl/stco").empty());
    ByteReader offsets(find_box(header, "moov/trak/mdia/minf/stbl/co64"));
    offsets.skip(8);
    CHECK(offsets.u64() == header.size());
    CHECK(offsets.u64() == header.size() + far);
    ByteReader mdat(ByteView(header).last(16));
    CHECK(mdat.u32() == 1);
    CHECK(text_of(mdat.take(4)) == "mdat");
    CHECK(mdat.u64() == 16 + far + 10);
}

}  // namespace tally::container::mp4
