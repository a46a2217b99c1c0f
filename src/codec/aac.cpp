#include "codec/aac.hpp"

#include "codec/bit_reader.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

namespace tally::codec {

namespace {

// ISO 14496-3 table 1.17
enum ObjectType : std::uint8_t { aac_main = 1, aac_ltp = 4, sbr = 5, ps = 29 };

// What AAC is defined for: the rates of table 4.82, doubled by SBR.
constexpr std::uint32_t lowest_rate = 7'350;
constexpr std::uint32_t highest_rate = 192'000;

struct Config {
    std::uint32_t object_type = 0;
    std::uint32_t sample_rate = 0;  // 0: a reserved index
    std::uint32_t channels = 0;     // 0: a reserved configuration
    std::uint32_t frame_length = 1024;
    std::optional<std::uint32_t> sbr_rate;  // none without SBR
    bool parametric_stereo = false;
};

// 1.6.2.1, GetAudioObjectType
std::uint32_t read_object_type(BitReader& reader) {
    constexpr std::uint32_t escape = 31;
    const auto type = reader.bits(5);
    return type == escape ? 32 + reader.bits(6) : type;
}

std::uint32_t read_sample_rate(BitReader& reader) {
    constexpr auto rates = std::to_array<std::uint32_t>(
        {96'000, 88'200, 64'000, 48'000, 44'100, 32'000, 24'000, 22'050, 16'000, 12'000, 11'025, 8'000, 7'350}
    );
    constexpr std::uint32_t escape = 15;
    const auto index = reader.bits(4);
    if (index == escape) return reader.bits(24);
    return index < rates.size() ? rates.at(index) : 0;
}

/// Channels of a channelConfiguration (ISO 23001-8 table 8); 0 where it says nothing.
std::uint32_t channels_of(std::uint32_t configuration) {
    constexpr auto channels = std::to_array<std::uint8_t>({0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8, 0});
    return channels.at(configuration);
}

/// Channels of a program_config_element (4.4.1.1), which is read to its end.
std::uint32_t read_program_channels(BitReader& reader) {
    reader.skip(10);  // element_instance_tag, object_type, sampling_frequency_index
    const auto front = reader.bits(4);
    const auto side = reader.bits(4);
    const auto back = reader.bits(4);
    const auto lfe = reader.bits(2);
    const auto data = reader.bits(3);
    const auto coupling = reader.bits(4);
    if (reader.flag()) reader.skip(4);  // mono mixdown
    if (reader.flag()) reader.skip(4);  // stereo mixdown
    if (reader.flag()) reader.skip(3);  // matrix mixdown
    std::uint32_t channels = lfe;
    for (auto element = front + side + back; element > 0; --element) {
        channels += reader.flag() ? 2 : 1;
        reader.skip(4);
    }
    reader.skip(4 * lfe + 4 * data + 5 * coupling);
    reader.align();
    reader.skip(8 * std::size_t{reader.bits(8)});  // comment
    return channels;
}

/// SBR and PS announced behind a configuration that older decoders understand (1.6.2.1, syncExtensionType).
void read_sync_extension(BitReader& reader, Config& config) {
    constexpr std::uint32_t sbr_sync = 0x2b7;
    constexpr std::uint32_t ps_sync = 0x548;
    if (reader.remaining() < 16 || reader.bits(11) != sbr_sync) return;
    if (read_object_type(reader) != sbr || !reader.flag()) return;
    config.sbr_rate = read_sample_rate(reader);
    if (reader.remaining() >= 12 && reader.bits(11) == ps_sync) config.parametric_stereo = reader.flag();
}

std::unexpected<Error> truncated_config() {
    return fail(Errc::truncated, "aac: AudioSpecificConfig ends too early");
}

Result<Config> read_config(BitReader& reader) {
    Config config;
    config.object_type = read_object_type(reader);
    config.sample_rate = read_sample_rate(reader);
    const auto channel_configuration = reader.bits(4);
    config.channels = channels_of(channel_configuration);
    const bool explicit_sbr = config.object_type == sbr || config.object_type == ps;
    if (explicit_sbr) {
        config.parametric_stereo = config.object_type == ps;
        config.sbr_rate = read_sample_rate(reader);
        config.object_type = read_object_type(reader);
    }
    if (reader.failed()) return truncated_config();
    if (config.object_type < aac_main || config.object_type > aac_ltp)
        return fail(
            Errc::unsupported,
            fmt::format("aac: audio object type {}; AAC-LC and HE-AAC are handled", config.object_type)
        );
    // GASpecificConfig, 4.4.1
    if (reader.flag()) config.frame_length = 960;
    if (reader.flag()) reader.skip(14);  // coreCoderDelay
    reader.skip(1);                      // extensionFlag: 0 for these object types
    if (channel_configuration == 0) config.channels = read_program_channels(reader);
    if (!explicit_sbr) read_sync_extension(reader, config);
    if (reader.failed()) return truncated_config();
    return config;
}

std::string codecs_of(const Config& config) {
    if (config.parametric_stereo) return "mp4a.40.29";
    if (config.sbr_rate) return "mp4a.40.5";
    return fmt::format("mp4a.40.{}", config.object_type);
}

}  // namespace

Result<AudioFormat> parse_audio_specific_config(ByteView record) {
    BitReader reader(record);
    TRY(const auto config, read_config(reader));
    const auto rate = config.sbr_rate.value_or(config.sample_rate);
    if (config.sample_rate < lowest_rate || rate > highest_rate)
        return fail(Errc::unsupported, fmt::format("aac: sample rate of {} Hz", config.sample_rate));
    if (rate != config.sample_rate && rate != 2 * config.sample_rate)
        return fail(
            Errc::malformed,
            fmt::format("aac: SBR makes {} Hz of {} Hz; it only doubles", rate, config.sample_rate)
        );
    if (config.channels == 0) return fail(Errc::malformed, "aac: a channel configuration without channels");
    return AudioFormat{
        .codec = Codec::aac,
        .sample_rate = rate,
        .channels = config.parametric_stereo ? 2 : config.channels,
        .samples_per_frame = config.frame_length * (rate / config.sample_rate),
        .codecs = codecs_of(config),
        .configuration = Bytes(record.begin(), record.end()),
    };
}

// One element with empty sections, as FFmpeg's encoder makes it of silence (ISO 14496-3 4.4.2.1).
Bytes silent_aac_frame(const AudioFormat& format) {
    const bool low_complexity = format.codec == Codec::aac && format.codecs == "mp4a.40.2";
    if (!low_complexity || format.samples_per_frame != 1024) return {};
    if (format.channels == 1) return {0x00, 0xc8, 0x00, 0x80, 0x23, 0x80};
    if (format.channels == 2) return {0x21, 0x00, 0x49, 0x90, 0x02, 0x19, 0x00, 0x23, 0x80};
    return {};
}

}  // namespace tally::codec
