#include "container/flv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace tally::container::flv {

namespace {

enum FrameType : std::uint8_t { key_frame = 1, inter_frame = 2, command_frame = 5 };

constexpr std::uint8_t codec_avc = 7;
constexpr std::uint8_t sound_ex_header = 9;  // Enhanced RTMP v2
constexpr std::uint8_t sound_aac = 10;
// E.4.2.1: AAC is always announced as 44 kHz, 16 bits, stereo; its configuration says what it is.
constexpr std::uint8_t aac_header = sound_aac << 4 | 0x0f;

std::string_view video_codec_name(std::uint8_t id) {
    constexpr auto names = std::to_array<std::string_view>(
        {"", "", "Sorenson H.263", "Screen video", "VP6", "VP6 with alpha", "Screen video 2"}
    );
    return id < names.size() ? names.at(id) : "";
}

std::string_view audio_codec_name(std::uint8_t id) {
    constexpr auto names = std::to_array<std::string_view>(
        {"PCM",
         "ADPCM",
         "MP3",
         "PCM",
         "Nellymoser",
         "Nellymoser",
         "Nellymoser",
         "G.711 A-law",
         "G.711 mu-law",
         "",
         "AAC",
         "Speex",
         "",
         "",
         "MP3"}
    );
    return id < names.size() ? names.at(id) : "";
}

/// The codec's FourCC as it may be shown to people: bytes from a peer need not be text.
std::string four_cc(ByteReader& reader) {
    std::string text(text_of(reader.take(4)));
    std::ranges::replace_if(
        text, [](unsigned char character) { return character < ' ' || character > '~'; }, '?'
    );
    return text;
}

/// The first packet types of AVC and AAC are numbered as PacketType is.
Result<PacketType> packet_type(std::uint8_t value, PacketType last, std::string_view medium) {
    if (value > static_cast<std::uint8_t>(last))
        return fail(Errc::malformed, fmt::format("flv: {} packet type {}", medium, value));
    return static_cast<PacketType>(value);
}

std::int32_t signed_24(std::uint32_t value) {
    return static_cast<std::int32_t>(value << 8) >> 8;
}

}  // namespace

Result<VideoTag> parse_video(ByteView message) {
    constexpr std::uint8_t ex_header = 0x80;
    ByteReader reader(message);
    const auto first = reader.u8();
    if ((first & ex_header) != 0)
        return fail(
            Errc::unsupported,
            fmt::format("flv: Enhanced RTMP video \"{}\"; send H.264 as legacy RTMP", four_cc(reader))
        );
    const std::uint8_t frame_type = first >> 4;
    const std::uint8_t codec_id = first & 0x0f;
    if (frame_type == command_frame) return VideoTag{.packet = PacketType::command, .body = reader.rest()};
    if (!message.empty() && codec_id != codec_avc)
        return fail(
            Errc::unsupported,
            fmt::format("flv: video codec {} {}; send H.264", codec_id, video_codec_name(codec_id))
        );
    VideoTag tag;
    tag.keyframe = frame_type == key_frame;
    const auto type = reader.u8();
    tag.composition_time = signed_24(reader.u24());
    tag.body = reader.rest();
    if (reader.failed())
        return fail(Errc::truncated, fmt::format("flv: video tag of {} bytes", message.size()));
    TRY(tag.packet, packet_type(type, PacketType::end_of_sequence, "AVC"));
    return tag;
}

Result<AudioTag> parse_audio(ByteView message) {
    if (message.empty()) return AudioTag{};
    ByteReader reader(message);
    const std::uint8_t format = reader.u8() >> 4;
    if (format == sound_ex_header)
        return fail(
            Errc::unsupported,
            fmt::format("flv: Enhanced RTMP audio \"{}\"; send AAC as legacy RTMP", four_cc(reader))
        );
    if (format != sound_aac)
        return fail(
            Errc::unsupported,
            fmt::format("flv: audio codec {} {}; send AAC", format, audio_codec_name(format))
        );
    AudioTag tag;
    const auto type = reader.u8();
    tag.body = reader.rest();
    if (reader.failed()) return fail(Errc::truncated, "flv: audio tag of 1 byte");
    TRY(tag.packet, packet_type(type, PacketType::frames, "AAC"));
    return tag;
}

Bytes write_video(const VideoTag& tag) {
    ByteWriter writer;
    writer.reserve(5 + tag.body.size());
    writer.u8(static_cast<std::uint8_t>((tag.keyframe ? key_frame : inter_frame) << 4 | codec_avc));
    writer.u8(static_cast<std::uint8_t>(tag.packet));
    writer.u24(static_cast<std::uint32_t>(tag.composition_time));
    writer.bytes(tag.body);
    return writer.take();
}

Bytes write_audio(const AudioTag& tag) {
    ByteWriter writer;
    writer.reserve(2 + tag.body.size());
    writer.u8(aac_header);
    writer.u8(static_cast<std::uint8_t>(tag.packet));
    writer.bytes(tag.body);
    return writer.take();
}

}  // namespace tally::container::flv
