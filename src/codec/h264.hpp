// H.264 as MP4 and RTMP carry it: the configuration record, what its parameter sets say, and NAL units with
// length prefixes.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "codec/format.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace tally::codec {

/// AVCDecoderConfigurationRecord (ISO 14496-15 5.3.3). The views lie in the parsed bytes.
struct AvcConfiguration {
    std::size_t length_size = 4;  // bytes of the length before each NAL unit: 1, 2 or 4
    std::vector<ByteView> sequence_parameter_sets;
    std::vector<ByteView> picture_parameter_sets;
};

/// Errc::truncated, Errc::malformed, or Errc::unsupported for a record of another version.
Result<AvcConfiguration> read_avc_configuration(ByteView record);

/// What a sequence parameter set says (ISO 14496-10 7.3.2.1.1).
struct SequenceParameters {
    std::uint8_t profile_idc = 0;
    std::uint8_t constraint_flags = 0;
    std::uint8_t level_idc = 0;
    std::uint32_t width = 0;                       // luma samples, after cropping
    std::uint32_t height = 0;                      // luma samples, after cropping
    bool progressive = true;                       // frame_mbs_only_flag
    std::uint32_t chroma_format_idc = 1;           // 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4
    std::uint32_t bit_depth = 8;                   // of luma
    std::optional<std::uint8_t> colour_primaries;  // ISO 23091-2, where the VUI declares them
    std::optional<double> frame_rate;              // per second, where the VUI declares one
};

/// `unit` is a NAL unit of type 7, with its header byte and emulation prevention bytes.
Result<SequenceParameters> parse_sequence_parameters(ByteView unit);

/// The format that a configuration record announces; keeps the record as it is. Refuses only what no frame of
/// could be carried.
Result<VideoFormat> parse_avc_configuration(ByteView record);

/// What an access unit holds, as far as ingest acts on it.
struct AccessUnit {
    bool picture = false;         // at least one slice
    bool idr = false;             // decoding can start here
    bool parameter_sets = false;  // SPS or PPS within the frame
};

/// Walks the NAL units of a frame, each behind a length of `length_size` bytes. Errc::malformed when a length
/// points outside of the frame.
Result<AccessUnit> inspect_access_unit(ByteView frame, std::size_t length_size);

}  // namespace tally::codec
