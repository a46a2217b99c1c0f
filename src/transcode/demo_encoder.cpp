#include "transcode/demo_encoder.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
}

#include <cstring>

namespace tally::transcode {
namespace {

constexpr int gop_seconds = 2;
constexpr int video_bitrate = 2'500'000;
constexpr int audio_bitrate = 128'000;
constexpr int channels = 2;
constexpr int samples_per_frame = DemoTone::sample_rate / DemoPicture::rate;
static_assert(DemoTone::sample_rate % DemoPicture::rate == 0);

Result<CodecContext> open_video() {
    const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
    if (!codec) return fail(Errc::unsupported, "demo: this libavcodec has no libx264");
    auto video = make_codec_context(codec);
    video->width = DemoPicture::width;
    video->height = DemoPicture::height;
    video->pix_fmt = AV_PIX_FMT_YUV420P;
    video->color_range = AVCOL_RANGE_MPEG;
    video->colorspace = AVCOL_SPC_BT709;
    video->color_primaries = AVCOL_PRI_BT709;
    video->color_trc = AVCOL_TRC_BT709;
    video->time_base = {1, DemoPicture::rate};
    video->framerate = {DemoPicture::rate, 1};
    video->gop_size = gop_seconds * DemoPicture::rate;
    video->keyint_min = video->gop_size;
    video->bit_rate = video_bitrate;
    video->rc_max_rate = video_bitrate;
    video->rc_buffer_size = video_bitrate;
    video->thread_count = 1;
    video->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_CLOSED_GOP;
    av_opt_set(video->priv_data, "preset", "veryfast", 0);
    av_opt_set(video->priv_data, "tune", "zerolatency", 0);
    av_opt_set(video->priv_data, "x264-params", "scenecut=0", 0);
    if (const int code = avcodec_open2(video.get(), codec, nullptr); code < 0)
        return std::unexpected(libav_error(code, "demo: open H.264 encoder"));
    return video;
}

Result<CodecContext> open_audio() {
    const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
    if (!codec) return fail(Errc::unsupported, "demo: this libavcodec has no AAC encoder");
    auto audio = make_codec_context(codec);
    audio->sample_fmt = AV_SAMPLE_FMT_FLTP;
    audio->sample_rate = DemoTone::sample_rate;
    av_channel_layout_default(&audio->ch_layout, channels);
    audio->time_base = {1, DemoTone::sample_rate};
    audio->bit_rate = audio_bitrate;
    audio->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    if (const int code = avcodec_open2(audio.get(), codec, nullptr); code < 0)
        return std::unexpected(libav_error(code, "demo: open AAC encoder"));
    return audio;
}

Result<> encode(AVCodecContext& encoder, const AVFrame& frame, int stream, const DemoEncoder::Sink& sink) {
    if (const int code = avcodec_send_frame(&encoder, &frame); code < 0)
        return std::unexpected(libav_error(code, "demo: encode"));
    const auto packet = make_packet();
    for (;;) {
        const int code = avcodec_receive_packet(&encoder, packet.get());
        if (code == AVERROR(EAGAIN)) return {};
        if (code < 0) return std::unexpected(libav_error(code, "demo: encode"));
        packet->stream_index = stream;
        if (auto taken = sink(*packet); !taken) return taken;
    }
}

}  // namespace

DemoEncoder::DemoEncoder(DemoPicture picture, CodecContext video, CodecContext audio)
    : picture_(std::move(picture)),
      video_(std::move(video)),
      audio_(std::move(audio)) {}

Result<DemoEncoder> DemoEncoder::open() {
    silence_libav();
    TRY(auto picture, DemoPicture::make());
    TRY(auto video, open_video());
    TRY(auto audio, open_audio());
    return DemoEncoder(std::move(picture), std::move(video), std::move(audio));
}

Result<> DemoEncoder::encode_next(const Sink& sink) {
    TRY(AVFrame * picture, picture_.draw(first_frame_ + frames_));
    picture->pts = frames_;
    if (auto done = encode(*video_, *picture, video_stream, sink); !done) return done;
    ++frames_;
    while (samples_ < frames_ * samples_per_frame)
        if (auto done = encode_block(sink); !done) return done;
    return {};
}

Result<> DemoEncoder::encode_block(const Sink& sink) {
    const auto block = make_frame();
    block->format = audio_->sample_fmt;
    block->sample_rate = audio_->sample_rate;
    block->nb_samples = audio_->frame_size;
    av_channel_layout_copy(&block->ch_layout, &audio_->ch_layout);
    if (const int code = av_frame_get_buffer(block.get(), 0); code < 0)
        return std::unexpected(libav_error(code, "demo: sound"));
    const auto size = static_cast<std::size_t>(block->nb_samples);
    const std::span left(reinterpret_cast<float*>(block->data[0]), size);
    tone_.fill(first_frame_ * samples_per_frame + samples_, left);
    std::memcpy(block->data[1], left.data(), left.size_bytes());
    block->pts = samples_;
    samples_ += block->nb_samples;
    return encode(*audio_, *block, audio_stream, sink);
}

}  // namespace tally::transcode
