#include "rtmp/outgoing.hpp"

#include "container/flv.hpp"
#include "rtmp/chunk_writer.hpp"
#include "rtmp/command.hpp"
#include "rtmp/server_connection.hpp"

namespace tally::rtmp {
namespace {

namespace flv = container::flv;

Bytes chunked(ChunkStream chunk_stream, const Message& message) {
    Bytes bytes;
    bytes.reserve(message.payload.size() + 32);
    write_chunks(bytes, chunk_stream, message, sent_chunk_size);
    return bytes;
}

Bytes chunked(const flv::VideoTag& tag, media::Ticks time) {
    return chunked(
        ChunkStream::video, {MessageType::video, wire_timestamp(time), media_stream, flv::write_video(tag)}
    );
}

Bytes chunked(const flv::AudioTag& tag, media::Ticks time) {
    return chunked(
        ChunkStream::audio, {MessageType::audio, wire_timestamp(time), media_stream, flv::write_audio(tag)}
    );
}

std::int64_t milliseconds(media::Ticks time) {
    return std::chrono::round<Milliseconds>(time).count();
}

}  // namespace

std::uint32_t wire_timestamp(media::Ticks time) {
    return static_cast<std::uint32_t>(milliseconds(time));
}

Bytes write_frame(const media::Frame& frame) {
    if (const auto* audio = std::get_if<codec::AudioFormat>(frame.format.get()))
        return chunked(flv::AudioTag{.codec = audio->codec, .body = frame.payload}, frame.dts);
    // Of the rounded times, so that the player finds the rounded PTS.
    const auto composition = milliseconds(frame.pts) - milliseconds(frame.dts);
    return chunked(
        flv::VideoTag{
            .codec = std::get<codec::VideoFormat>(*frame.format).codec,
            .keyframe = frame.keyframe,
            .composition_time = static_cast<std::int32_t>(composition),
            .body = frame.payload,
        },
        frame.dts
    );
}

Bytes write_sequence_header(const codec::Format& format, media::Ticks time) {
    if (const auto* audio = std::get_if<codec::AudioFormat>(&format))
        return chunked(
            flv::AudioTag{audio->codec, flv::PacketType::sequence_header, audio->configuration}, time
        );
    const auto& video = std::get<codec::VideoFormat>(format);
    return chunked(
        flv::VideoTag{
            .codec = video.codec,
            .packet = flv::PacketType::sequence_header,
            .keyframe = true,
            .body = video.configuration,
        },
        time
    );
}

Bytes write_metadata(const media::FormatPtr& video, const media::FormatPtr& audio, media::Ticks time) {
    constexpr int flv_h264 = 7;
    constexpr int flv_aac = 10;
    amf0::Object values;
    values.ecma_array = true;
    if (video) {
        const auto& format = std::get<codec::VideoFormat>(*video);
        values.members.push_back({"width", format.width});
        values.members.push_back({"height", format.height});
        values.members.push_back({"videocodecid", flv_h264});
    }
    if (audio) {
        const auto& format = std::get<codec::AudioFormat>(*audio);
        values.members.push_back({"audiosamplerate", format.sample_rate});
        values.members.push_back({"audiochannels", format.channels});
        values.members.push_back({"stereo", format.channels > 1});
        values.members.push_back({"audiocodecid", flv_aac});
    }
    return chunked(ChunkStream::data, make_data(media_stream, wire_timestamp(time), {"onMetaData", values}));
}

Bytes write_end(media::Ticks time) {
    constexpr std::uint16_t stream_eof = 1;
    ByteWriter eof;
    eof.u16(stream_eof);
    eof.u32(media_stream);
    auto status =
        make_status(media_stream, "status", "NetStream.Play.UnpublishNotify", "The stream has ended.");
    status.timestamp = wire_timestamp(time);
    auto bytes = chunked(ChunkStream::media_command, status);
    const auto end = chunked(
        ChunkStream::control,
        {.type = MessageType::user_control, .timestamp = status.timestamp, .payload = eof.take()}
    );
    bytes.insert(bytes.end(), end.begin(), end.end());
    return bytes;
}

}  // namespace tally::rtmp
