#include "codec/h264.hpp"

#include "codec/fixtures.hpp"

#include <doctest/doctest.h>

namespace tally::codec {

using fixtures::from_hex;

TEST_CASE("a configuration record becomes a format that keeps the record") {
    const auto record = fixtures::avc_720p();
    const auto format = parse_avc_configuration(record);
    REQUIRE(format);
    CHECK(format->codec == Codec::h264);
    CHECK(format->width == 1280);
    CHECK(format->height == 720);
    CHECK(format->codecs == "avc1.64001f");
    CHECK(format->configuration == record);
}

TEST_CASE("1088 coded rows are cropped to 1080") {
    const auto format = parse_avc_configuration(fixtures::avc_1080p());
    REQUIRE(format);
    CHECK(format->width == 1920);
    CHECK(format->height == 1080);
    CHECK(format->codecs == "avc1.4d4028");
}

TEST_CASE("interlaced pictures count their rows in fields") {
    const auto sps = from_hex("67640028acd94078044fde0220000003002000000643e2c5b2c0");
    const auto parameters = parse_sequence_parameters(sps);
    REQUIRE(parameters);
    CHECK_FALSE(parameters->progressive);
    CHECK(parameters->width == 1920);
    CHECK(parameters->height == 1080);
    CHECK(parameters->level_idc == 40);
}

TEST_CASE("cropping is counted in chroma samples: 4:2:2 and 4:4:4") {
    for (const auto* sps :
         {"677a000db6cd9415087888fc0440000003004000000c83c50a6580",
          "67f4000d919b282a10f1f1f808800000030080000019078a14cb"}) {
        const auto parameters = parse_sequence_parameters(from_hex(sps));
        REQUIRE(parameters);
        CHECK(parameters->width == 322);
        CHECK(parameters->height == 242);
    }
}

TEST_CASE("scaling lists in the parameter set are passed over") {
    const auto parameters =
        parse_sequence_parameters(from_hex("6764000aada492492492494221314c5314c5314c5314c5314c5314c5314c5314c"
                                           "5314c5314c5314c5314c5314c5314c5314c5314c55a0b1390"));
    REQUIRE(parameters);
    CHECK(parameters->width == 176);
    CHECK(parameters->height == 144);
}

TEST_CASE("the VUI's time scale gives the frame rate, past emulation prevention") {
    const auto configuration = fixtures::avc_1080p();
    const auto record = read_avc_configuration(configuration);
    REQUIRE(record);
    const auto parameters = parse_sequence_parameters(record->sequence_parameter_sets.front());
    REQUIRE(parameters);
    CHECK(parameters->frame_rate.value_or(0) == doctest::Approx(30000.0 / 1001));
}

TEST_CASE("a record that ends anywhere before its last set is refused") {
    const auto record = fixtures::avc_720p();
    const std::size_t end_of_last_set = record.size() - 4;  // High adds its chroma format and bit depths
    for (std::size_t size = 0; size < end_of_last_set; ++size)
        CHECK_FALSE(parse_avc_configuration(ByteView(record).first(size)));
    CHECK(parse_avc_configuration(ByteView(record).first(end_of_last_set)));
}

TEST_CASE("a record without parameter sets says so") {
    const auto format = parse_avc_configuration(from_hex("0164001fffe000"));
    REQUIRE_FALSE(format);
    CHECK(format.error().code == Errc::malformed);
    CHECK(format.error().context == "h264: configuration record without a sequence parameter set");
}

TEST_CASE("pictures over the largest level are refused") {
    // Baseline, pic_width_in_mbs_minus1 and pic_height_in_map_units_minus1 of 65535
    const auto parameters = parse_sequence_parameters(from_hex("6742001eda00004000000300200019"));
    REQUIRE_FALSE(parameters);
    CHECK(parameters.error().code == Errc::too_large);
}

TEST_CASE("an access unit tells what it holds") {
    const auto with_sets = inspect_access_unit(from_hex("0002674200026842000265ff"), 2);
    REQUIRE(with_sets);
    CHECK(with_sets->idr);
    CHECK(with_sets->picture);
    CHECK(with_sets->parameter_sets);

    const auto inter = inspect_access_unit(from_hex("000000020610000000024100"), 4);
    REQUIRE(inter);
    CHECK_FALSE(inter->idr);
    CHECK(inter->picture);
    CHECK_FALSE(inter->parameter_sets);
}

TEST_CASE("a NAL unit longer than its frame is an error, an empty one is not") {
    CHECK_FALSE(inspect_access_unit(from_hex("ffffffff65"), 4));
    CHECK_FALSE(inspect_access_unit(from_hex("0000"), 4));
    const auto empty = inspect_access_unit(from_hex("00000000"), 4);
    REQUIRE(empty);
    CHECK_FALSE(empty->picture);
}

}  // namespace tally::codec
