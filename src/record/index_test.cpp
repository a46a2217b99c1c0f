#include "record/index.hpp"

#include "record/test_media.hpp"

namespace tally::record {
namespace {

FragmentEntry fragment_entry() {
    return {
        .rendition = 3,
        .independent = true,
        .discontinuity = true,
        .part = 2,
        .init = 1,
        .segment = 1'000'000'007,
        .decode_time = 1ULL << 40,
        .duration = 6000,
        .captured = Time(Milliseconds(1'700'000'000'123)),
        .offset = 1ULL << 33,
        .size = 70'000,
        .payload = 120,
        .sample_count = 2,
        .samples =
            {{.size = 69'000, .duration = 3000, .composition_offset = 6000, .sync = true},
             {.size = 880, .duration = 3000, .composition_offset = -3000, .sync = false}}
    };
}

TEST_CASE("an index gives back the entries that were appended") {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "index";
    const InitEntry init{
        .rendition = 3,
        .number = 1,
        .offset = 8,
        .size = 700,
        .format = std::make_shared<const codec::Format>(test::video_format())
    };
    Bytes bytes = encode(RenditionEntry{.name = "720p", .kind = media::Kind::video, .timescale = 90'000});
    for (const auto& record : {encode(init), encode(fragment_entry())})
        bytes.insert(bytes.end(), record.begin(), record.end());
    test::write_file(path, bytes);

    const auto file = *File::open_read(path);
    IndexReader reader(file, IndexReader::Detail::samples);
    const auto rendition = std::get<RenditionEntry>(**reader.next());
    CHECK(rendition.name == "720p");
    CHECK(rendition.timescale == 90'000);
    CHECK(*std::get<InitEntry>(**reader.next()).format == *init.format);
    const auto fragment = std::get<FragmentEntry>(**reader.next());
    const auto expected = fragment_entry();
    CHECK(fragment.segment == expected.segment);
    CHECK(fragment.decode_time == expected.decode_time);
    CHECK(fragment.captured == expected.captured);
    CHECK(fragment.offset == expected.offset);
    CHECK(fragment.independent);
    CHECK(fragment.discontinuity);
    REQUIRE(fragment.samples.size() == 2);
    CHECK(fragment.samples[0].sync);
    CHECK(fragment.samples[0].size == 69'000);
    CHECK(fragment.samples[1].composition_offset == -3000);
    CHECK(*reader.next() == std::nullopt);
    CHECK(reader.position() == bytes.size());
}

TEST_CASE("an index ends before a record with a flipped bit") {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "index";
    const auto whole = encode(fragment_entry());
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto bytes = whole;
        bytes[at] ^= 0x10;
        test::write_file(path, bytes);
        const auto file = *File::open_read(path);
        IndexReader reader(file, IndexReader::Detail::samples);
        CHECK(*reader.next() == std::nullopt);
        CHECK(reader.position() == 0);
    }
}

}  // namespace
}  // namespace tally::record
