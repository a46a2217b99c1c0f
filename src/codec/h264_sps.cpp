// The sequence parameter set, read as far as Tally needs it (ISO 14496-10 7.3.2.1.1 and E.1.1).
#include "codec/bit_reader.hpp"
#include "codec/h264.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tally::codec {

namespace {

constexpr std::uint32_t extended_sar = 255;
// ISO 14496-10 A.3.1 and table A-1, level 6.2: macroblocks in a frame, and sqrt(8 * that) on one side.
constexpr std::uint64_t max_frame_size = 139'264;
constexpr std::uint32_t max_side = 1'055;

/// The raw byte sequence payload behind the NAL unit's header: without emulation prevention (7.4.1).
Bytes payload_of(ByteView unit) {
    Bytes payload;
    payload.reserve(unit.size());
    int zeros = 0;
    for (const auto byte : unit.subspan(1)) {
        const bool prevention = zeros >= 2 && byte == 3;
        zeros = byte == 0 ? zeros + 1 : 0;
        if (!prevention) payload.push_back(byte);
    }
    return payload;
}

/// Profiles whose SPS tells chroma format, bit depth and scaling matrices (7.3.2.1.1).
bool has_chroma_fields(std::uint8_t profile_idc) {
    constexpr auto profiles =
        std::to_array<std::uint8_t>({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244});
    return std::ranges::binary_search(profiles, profile_idc);
}

// 7.3.2.1.1.1
void skip_scaling_list(BitReader& reader, int size) {
    std::int32_t last = 8;
    std::int32_t next = 8;
    for (int i = 0; i < size && !reader.failed(); ++i) {
        if (next != 0) next = static_cast<std::int32_t>((std::int64_t{last} + reader.se()) & 0xff);
        if (next != 0) last = next;
    }
}

struct Chroma {
    std::uint32_t format_idc = 1;  // 4:2:0
    std::uint32_t bit_depth = 8;   // of luma
    bool separate_planes = false;

    // Table 6-1: luma samples per chroma sample, across and down
    std::uint32_t sub_width() const {
        return !separate_planes && (format_idc == 1 || format_idc == 2) ? 2 : 1;
    }

    std::uint32_t sub_height() const { return !separate_planes && format_idc == 1 ? 2 : 1; }
};

Chroma read_chroma(BitReader& reader) {
    Chroma chroma;
    chroma.format_idc = reader.ue();
    if (chroma.format_idc == 3) chroma.separate_planes = reader.flag();
    chroma.bit_depth = reader.ue() + 8;
    reader.ue();                        // bit_depth_chroma_minus8
    reader.skip(1);                     // qpprime_y_zero_transform_bypass_flag
    if (!reader.flag()) return chroma;  // seq_scaling_matrix_present_flag
    const int lists = chroma.format_idc == 3 ? 12 : 8;
    for (int i = 0; i < lists; ++i)
        if (reader.flag()) skip_scaling_list(reader, i < 6 ? 16 : 64);
    return chroma;
}

void skip_picture_order_count(BitReader& reader) {
    const auto type = reader.ue();
    if (type == 0) reader.ue();  // log2_max_pic_order_cnt_lsb_minus4
    if (type != 1) return;
    reader.skip(1);  // delta_pic_order_always_zero_flag
    reader.se();
    reader.se();
    for (auto count = std::min(reader.ue(), 255U); count > 0 && !reader.failed(); --count)
        reader.se();
}

/// Colour and frame rate, as far as the VUI declares them (E.1.1).
void read_usability(BitReader& reader, SequenceParameters& parameters) {
    if (reader.flag() && reader.bits(8) == extended_sar) reader.skip(32);
    if (reader.flag()) reader.skip(1);  // overscan
    if (reader.flag()) {                // video signal type
        reader.skip(4);
        if (reader.flag()) {
            parameters.colour_primaries = static_cast<std::uint8_t>(reader.bits(8));
            reader.skip(16);
        }
    }
    if (reader.flag()) {  // chroma location
        reader.ue();
        reader.ue();
    }
    if (!reader.flag()) return;
    const double units_in_tick = reader.bits(32);
    const double time_scale = reader.bits(32);
    if (reader.failed() || units_in_tick == 0 || time_scale == 0) return;
    parameters.frame_rate = time_scale / (2 * units_in_tick);  // a tick is a field
}

/// Picture size in macroblocks, then cropped: fills in width, height and progressive.
Result<> read_size(BitReader& reader, const Chroma& chroma, SequenceParameters& parameters) {
    const auto columns = std::uint64_t{reader.ue()} + 1;
    const auto map_rows = std::uint64_t{reader.ue()} + 1;
    parameters.progressive = reader.flag();
    const std::uint32_t fields = parameters.progressive ? 1 : 2;
    if (!parameters.progressive) reader.skip(1);  // mb_adaptive_frame_field_flag
    reader.skip(1);                               // direct_8x8_inference_flag
    const auto rows = map_rows * fields;
    if (columns > max_side || rows > max_side || columns * rows > max_frame_size)
        return fail(
            Errc::too_large,
            fmt::format("h264: pictures of {}x{} are over level 6.2, the largest", columns * 16, rows * 16)
        );
    std::uint64_t crop_width = 0;
    std::uint64_t crop_height = 0;
    if (reader.flag()) {
        crop_width = (std::uint64_t{reader.ue()} + reader.ue()) * chroma.sub_width();
        crop_height = (std::uint64_t{reader.ue()} + reader.ue()) * chroma.sub_height() * fields;
    }
    if (reader.failed()) return fail(Errc::truncated, "h264: sequence parameter set ends too early");
    if (crop_width >= columns * 16 || crop_height >= rows * 16)
        return fail(Errc::malformed, "h264: cropping leaves nothing of the picture");
    parameters.width = static_cast<std::uint32_t>(columns * 16 - crop_width);
    parameters.height = static_cast<std::uint32_t>(rows * 16 - crop_height);
    return {};
}

}  // namespace

Result<SequenceParameters> parse_sequence_parameters(ByteView unit) {
    constexpr std::uint8_t nal_type = 7;
    if (unit.empty()) return fail(Errc::truncated, "h264: empty sequence parameter set");
    if ((unit.front() & 0x1f) != nal_type)
        return fail(
            Errc::malformed,
            fmt::format("h264: NAL unit type {} where a sequence parameter set belongs", unit.front() & 0x1f)
        );
    const auto payload = payload_of(unit);
    BitReader reader(payload);
    SequenceParameters parameters;
    parameters.profile_idc = static_cast<std::uint8_t>(reader.bits(8));
    parameters.constraint_flags = static_cast<std::uint8_t>(reader.bits(8));
    parameters.level_idc = static_cast<std::uint8_t>(reader.bits(8));
    reader.ue();  // seq_parameter_set_id
    const auto chroma = has_chroma_fields(parameters.profile_idc) ? read_chroma(reader) : Chroma{};
    parameters.chroma_format_idc = chroma.format_idc;
    parameters.bit_depth = chroma.bit_depth;
    reader.ue();  // log2_max_frame_num_minus4
    skip_picture_order_count(reader);
    reader.ue();     // max_num_ref_frames
    reader.skip(1);  // gaps_in_frame_num_value_allowed_flag
    if (const auto size = read_size(reader, chroma, parameters); !size) return std::unexpected(size.error());
    if (reader.flag()) read_usability(reader, parameters);
    return parameters;
}

}  // namespace tally::codec
