#include "codec/aac.hpp"
#include "codec/fixtures.hpp"
#include "codec/h264.hpp"
#include "container/find_box.hpp"
#include "container/mp4.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace tally::container::mp4 {

namespace {

constexpr std::size_t track_fragment_run_header = 12;  // version, flags, count and data offset

struct Written {
    Fragment fragment;
    Bytes bytes;
};

Written write(std::vector<Sample> samples) {
    std::vector<Bytes> payloads;
    for (std::size_t i = 0; i < samples.size(); ++i)
        payloads.emplace_back(samples[i].size, static_cast<std::uint8_t>(i + 1));
    const std::vector<ByteView> views(payloads.begin(), payloads.end());
    Written written{
        .fragment = {.track = 2, .sequence = 7, .decode_time = 0x1'2345'6789, .samples = std::move(samples)},
        .bytes = {},
    };
    written.bytes = write_fragment(written.fragment, views);
    return written;
}

void check_read_back(const Written& written) {
    const auto read = read_fragment(written.bytes);
    REQUIRE(read);
    CHECK(read->track == written.fragment.track);
    CHECK(read->sequence == written.fragment.sequence);
    CHECK(read->decode_time == written.fragment.decode_time);
    CHECK(read->payload == written.fragment.payload);
    CHECK(read->samples == written.fragment.samples);
}

bool contains(ByteView bytes, ByteView part) {
    return !std::ranges::search(bytes, part).empty();
}

}  // namespace

TEST_CASE("an init segment describes its track and leaves the samples to fragments") {
    const auto record = codec::fixtures::avc_720p();
    const auto segment = init_segment({.id = 3, .format = codec::parse_avc_configuration(record).value()});
    CHECK(text_of(find_box(segment, "ftyp")).substr(8) == "iso6cmfccmf2");
    CHECK(contains(find_box(segment, "moov/trak/mdia/minf/stbl/stsd"), record));
    CHECK(find_box(segment, "moov/trak/edts").empty());
    ByteReader trex(find_box(segment, "moov/mvex/trex"));
    trex.skip(4);
    CHECK(trex.u32() == 3);
    ByteReader tkhd(find_box(segment, "moov/trak/tkhd"));
    tkhd.skip(88);
    CHECK(tkhd.u32() == 1280U << 16);
    CHECK(tkhd.u32() == 720U << 16);
}

TEST_CASE("an audio init segment carries the AudioSpecificConfig") {
    const auto record = codec::fixtures::aac_mono();
    const auto format = codec::parse_audio_specific_config(record).value();
    const auto segment = init_segment({.id = 1, .timescale = 44'100, .format = format});
    CHECK(contains(find_box(segment, "moov/trak/mdia/minf/stbl/stsd"), record));
    CHECK_FALSE(find_box(segment, "moov/trak/mdia/minf/smhd").empty());
    ByteReader mdhd(find_box(segment, "moov/trak/mdia/mdhd"));
    mdhd.skip(20);
    CHECK(mdhd.u32() == 44'100);
}

TEST_CASE("a fragment of video with B-frames reads back as it was written") {
    check_read_back(write({{30, 3000, 6000, true}, {10, 3000, 12000, false}, {5, 3000, 0, false}}));
}

TEST_CASE("durations, sync samples and offsets that vary from sample to sample are kept") {
    check_read_back(
        write({{30, 3003, 0, true}, {10, 3004, -3000, false}, {5, 3003, 90, true}, {4, 3003, 0, false}})
    );
    check_read_back(write({{30, 3003, 0, false}, {10, 3004, 0, true}}));
    check_read_back(write({{1, 0, 0, false}}));
}

TEST_CASE("the payload starts where the fragment says") {
    const auto written = write({{3, 1024, 0, true}, {2, 1024, 0, true}});
    const auto payload = ByteView(written.bytes).subspan(written.fragment.payload);
    CHECK(Bytes(payload.begin(), payload.end()) == Bytes{1, 1, 1, 2, 2});
}

TEST_CASE("a sample of audio costs four bytes of header") {
    const std::vector<Sample> samples(15, Sample{300, 1024, 0, true});
    const auto written = write(samples);
    check_read_back(written);
    CHECK(find_box(written.bytes, "moof/traf/trun").size() == track_fragment_run_header + 15 * 4);
}

TEST_CASE("the bytes may end anywhere behind the moof, not within it") {
    const auto written = write({{30, 3000, 0, true}, {10, 3000, 0, false}});
    const std::size_t moof = written.fragment.payload - 8;
    for (std::size_t size = 0; size < moof; ++size)
        CHECK_FALSE(read_fragment(ByteView(written.bytes).first(size)));
    CHECK(read_fragment(ByteView(written.bytes).first(moof)));
    CHECK(read_fragment(ByteView(written.bytes).first(moof + 20)));
}

TEST_CASE("a run that announces more samples than it holds costs nothing") {
    auto written = write({{30, 3000, 0, true}});
    const auto trun = find_box(written.bytes, "moof/traf/trun");
    const auto count_at = static_cast<std::size_t>(trun.data() - written.bytes.data()) + 4;
    std::fill_n(written.bytes.begin() + static_cast<std::ptrdiff_t>(count_at), 4, std::uint8_t{0xff});
    const auto read = read_fragment(written.bytes);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::malformed);
}

}  // namespace tally::container::mp4
