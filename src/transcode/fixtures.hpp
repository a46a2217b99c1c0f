// Frames as ingest hands them over, encoded in the tests themselves.
#pragma once

#include "base/bytes.hpp"
#include "media/frame.hpp"
#include "transcode/demo_encoder.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/channel_layout.h>
}

#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <span>
#include <vector>

namespace tally::transcode {

/// The NAL units of an Annex B byte stream (ISO 14496-10 B.1).
inline std::vector<ByteView> nal_units(ByteView stream) {
    std::vector<ByteView> units;
    std::size_t start = 0;
    for (std::size_t i = 0; i + 3 <= stream.size(); ++i) {
        if (stream[i] != 0 || stream[i + 1] != 0 || stream[i + 2] != 1) continue;
        const std::size_t end = i > 0 && stream[i - 1] == 0 ? i - 1 : i;
        if (start > 0) units.push_back(stream.subspan(start, end - start));
        start = i + 3;
    }
    if (start > 0) units.push_back(stream.subspan(start));
    return units;
}

inline ByteView extradata_of(const AVCodecContext& encoder) {
    return {encoder.extradata, static_cast<std::size_t>(encoder.extradata_size)};
}

inline media::FormatPtr video_format_of(const AVCodecContext& encoder) {
    const auto units = nal_units(extradata_of(encoder));
    ByteWriter record;
    record.u8(1);
    record.bytes(units.at(0).subspan(1, 3));
    record.u8(0xFF);  // lengths of four bytes
    for (const auto& unit : {units.at(0), units.at(1)}) {
        record.u8(1);
        record.u16(static_cast<std::uint16_t>(unit.size()));
        record.bytes(unit);
    }
    return std::make_shared<codec::Format>(codec::VideoFormat{
        .width = static_cast<std::uint32_t>(encoder.width),
        .height = static_cast<std::uint32_t>(encoder.height),
        .codecs = "avc1.64001f",
        .configuration = record.take(),
    });
}

inline Bytes with_lengths(ByteView stream) {
    ByteWriter out;
    for (const auto unit : nal_units(stream)) {
        out.u32(static_cast<std::uint32_t>(unit.size()));
        out.bytes(unit);
    }
    return out.take();
}

inline ByteView bytes_of(const AVPacket& packet) {
    return {packet.data, static_cast<std::size_t>(packet.size)};
}

inline media::Frame demo_keyframe() {
    auto encoder = DemoEncoder::open();
    REQUIRE(encoder);
    media::Frame frame;
    frame.keyframe = true;
    REQUIRE(encoder->encode_next([&](AVPacket& packet) -> Result<> {
        if (packet.stream_index == DemoEncoder::video_stream) frame.payload = with_lengths(bytes_of(packet));
        return {};
    }));
    frame.format = video_format_of(encoder->video());
    return frame;
}

/// 640 × 360 in studio range; `luma` tells each pixel's.
inline media::Frame keyframe_of(const std::function<std::uint8_t(int x, int y)>& luma) {
    silence_libav();
    auto encoder = make_codec_context(avcodec_find_encoder_by_name("libx264"));
    encoder->width = 640;
    encoder->height = 360;
    encoder->pix_fmt = AV_PIX_FMT_YUV420P;
    encoder->color_range = AVCOL_RANGE_MPEG;
    encoder->time_base = {1, 25};
    encoder->thread_count = 1;
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    REQUIRE(avcodec_open2(encoder.get(), nullptr, nullptr) >= 0);
    auto picture = make_picture(AV_PIX_FMT_YUV420P, 640, 360);
    REQUIRE(picture);
    auto& shown = **picture;
    for (const int plane : {1, 2})
        std::memset(shown.data[plane], 128, static_cast<std::size_t>(shown.linesize[plane]) * 180);
    for (int y = 0; y < 360; ++y)
        for (int x = 0; x < 640; ++x)
            shown.data[0][y * shown.linesize[0] + x] = luma(x, y);
    const auto packet = make_packet();
    REQUIRE(avcodec_send_frame(encoder.get(), &shown) >= 0);
    REQUIRE(avcodec_send_frame(encoder.get(), nullptr) >= 0);
    REQUIRE(avcodec_receive_packet(encoder.get(), packet.get()) >= 0);
    media::Frame frame;
    frame.keyframe = true;
    frame.payload = with_lengths(bytes_of(*packet));
    frame.format = video_format_of(*encoder);
    return frame;
}

/// Stereo AAC at 48 kHz, 1024 samples a frame; `wave` tells both channels' sample by its number.
inline std::vector<media::FramePtr> sound_of(int frames, const std::function<double(int sample)>& wave) {
    const auto* codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
    auto encoder = make_codec_context(codec);
    encoder->sample_fmt = AV_SAMPLE_FMT_FLTP;
    encoder->sample_rate = 48'000;
    av_channel_layout_default(&encoder->ch_layout, 2);
    encoder->time_base = {1, 48'000};
    encoder->bit_rate = 192'000;
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    REQUIRE(avcodec_open2(encoder.get(), codec, nullptr) >= 0);
    const auto configuration = extradata_of(*encoder);
    codec::AudioFormat described;
    described.sample_rate = 48'000;
    described.channels = 2;
    described.configuration = Bytes(configuration.begin(), configuration.end());
    const auto format = std::make_shared<const codec::Format>(described);
    const auto block = make_frame();
    block->format = AV_SAMPLE_FMT_FLTP;
    block->sample_rate = 48'000;
    block->nb_samples = 1024;
    av_channel_layout_copy(&block->ch_layout, &encoder->ch_layout);
    REQUIRE(av_frame_get_buffer(block.get(), 0) >= 0);
    std::vector<media::FramePtr> encoded;
    const auto packet = make_packet();
    for (int sample = 0; std::ssize(encoded) < frames;) {
        REQUIRE(av_frame_make_writable(block.get()) >= 0);
        block->pts = sample;
        for (int i = 0; i < 1024; ++i, ++sample)
            for (const int channel : {0, 1})
                reinterpret_cast<float*>(block->data[channel])[i] = static_cast<float>(wave(sample));
        REQUIRE(avcodec_send_frame(encoder.get(), block.get()) >= 0);
        while (avcodec_receive_packet(encoder.get(), packet.get()) >= 0) {
            const auto data = bytes_of(*packet);
            media::Frame frame;
            frame.kind = media::Kind::audio;
            frame.keyframe = true;
            frame.format = format;
            frame.payload.assign(data.begin(), data.end());
            encoded.push_back(std::make_shared<const media::Frame>(std::move(frame)));
        }
    }
    return encoded;
}

}  // namespace tally::transcode
