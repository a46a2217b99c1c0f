#include "codec/h264.hpp"

#include <fmt/format.h>

namespace tally::codec {

namespace {

// ISO 14496-10 table 7-1
enum NalUnitType : std::uint8_t {
    slice_first = 1,
    slice_idr = 5,
    sequence_parameter_set = 7,
    picture_parameter_set = 8,
};

std::uint8_t nal_unit_type(ByteView unit) {
    return unit.front() & 0x1f;
}

std::vector<ByteView> read_parameter_sets(ByteReader& reader, std::size_t count) {
    std::vector<ByteView> sets;
    for (std::size_t i = 0; i < count && !reader.failed(); ++i)
        if (const auto unit = reader.take(reader.u16()); !unit.empty()) sets.push_back(unit);
    return sets;
}

}  // namespace

Result<AvcConfiguration> read_avc_configuration(ByteView record) {
    ByteReader reader(record);
    const auto version = reader.u8();
    reader.skip(3);  // profile, compatibility and level: the SPS is the one that counts
    AvcConfiguration configuration;
    configuration.length_size = (reader.u8() & 3U) + 1;
    configuration.sequence_parameter_sets = read_parameter_sets(reader, reader.u8() & 0x1fU);
    configuration.picture_parameter_sets = read_parameter_sets(reader, reader.u8());
    if (reader.failed())
        return fail(
            Errc::truncated, fmt::format("h264: configuration record ends after {} bytes", record.size())
        );
    if (version != 1)
        return fail(
            Errc::unsupported, fmt::format("h264: configuration record of version {}, not 1", version)
        );
    if (configuration.length_size == 3)
        return fail(Errc::malformed, "h264: NAL unit lengths of 3 bytes; 1, 2 and 4 exist");
    return configuration;
}

Result<VideoFormat> parse_avc_configuration(ByteView record) {
    TRY(const auto configuration, read_avc_configuration(record));
    if (configuration.sequence_parameter_sets.empty())
        return fail(Errc::malformed, "h264: configuration record without a sequence parameter set");
    TRY(const auto parameters, parse_sequence_parameters(configuration.sequence_parameter_sets.front()));
    return VideoFormat{
        .codec = Codec::h264,
        .width = parameters.width,
        .height = parameters.height,
        .codecs = fmt::format(
            "avc1.{:02x}{:02x}{:02x}",
            parameters.profile_idc,
            parameters.constraint_flags,
            parameters.level_idc
        ),
        .configuration = Bytes(record.begin(), record.end()),
    };
}

Result<AccessUnit> inspect_access_unit(ByteView frame, std::size_t length_size) {
    AccessUnit found;
    ByteReader reader(frame);
    while (reader.remaining() > 0) {
        std::size_t length = 0;
        for (const auto byte : reader.take(length_size))
            length = length << 8 | byte;
        const auto unit = reader.take(length);
        if (reader.failed())
            return fail(
                Errc::malformed,
                fmt::format(
                    "h264: a NAL unit of {} bytes does not fit in its frame of {}", length, frame.size()
                )
            );
        if (unit.empty()) continue;
        const auto type = nal_unit_type(unit);
        found.picture |= type >= slice_first && type <= slice_idr;
        found.idr |= type == slice_idr;
        found.parameter_sets |= type == sequence_parameter_set || type == picture_parameter_set;
    }
    return found;
}

}  // namespace tally::codec
