#include "health/facts.hpp"

#include "codec/h264.hpp"

#include <fmt/format.h>

namespace tally::health {
namespace {

std::string codec_name(codec::Codec codec) {
    switch (codec) {
        case codec::Codec::h264:
            return "h264";
        case codec::Codec::hevc:
            return "hevc";
        case codec::Codec::av1:
            return "av1";
        case codec::Codec::aac:
            return "aac";
        case codec::Codec::opus:
            return "opus";
    }
    return "";
}

/// ISO 14496-10 A.2.
std::string profile_name(const codec::SequenceParameters& parameters) {
    constexpr std::uint8_t constraint_set1 = 0x40;
    switch (parameters.profile_idc) {
        case 66:
            return (parameters.constraint_flags & constraint_set1) != 0 ? "Constrained Baseline" : "Baseline";
        case 77:
            return "Main";
        case 88:
            return "Extended";
        case 100:
            return "High";
        case 110:
            return "High 10";
        case 122:
            return "High 4:2:2";
        case 244:
            return "High 4:4:4 Predictive";
        default:
            return fmt::format("profile {}", parameters.profile_idc);
    }
}

/// ISO 23091-2 table 2.
std::string colour_name(std::optional<std::uint8_t> primaries) {
    switch (primaries.value_or(2)) {
        case 1:
            return "bt709";
        case 4:
        case 5:
        case 6:
            return "bt601";
        case 9:
            return "bt2020";
        default:
            return "";
    }
}

}  // namespace

VideoFacts facts_of(const codec::VideoFormat& format) {
    VideoFacts facts;
    facts.codec = codec_name(format.codec);
    facts.width = format.width;
    facts.height = format.height;
    if (format.codec != codec::Codec::h264) return facts;
    const auto record = codec::read_avc_configuration(format.configuration);
    if (!record || record->sequence_parameter_sets.empty()) return facts;
    const auto parameters = codec::parse_sequence_parameters(record->sequence_parameter_sets.front());
    if (!parameters) return facts;
    facts.profile = profile_name(*parameters);
    facts.level = fmt::format("{}.{}", parameters->level_idc / 10, parameters->level_idc % 10);
    facts.progressive = parameters->progressive;
    facts.chroma_format_idc = parameters->chroma_format_idc;
    facts.bit_depth = parameters->bit_depth;
    facts.frame_rate = parameters->frame_rate;
    facts.colour = colour_name(parameters->colour_primaries);
    return facts;
}

AudioFacts facts_of(const codec::AudioFormat& format) {
    return {
        .codec = codec_name(format.codec), .sample_rate = format.sample_rate, .channels = format.channels
    };
}

}  // namespace tally::health
