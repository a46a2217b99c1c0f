#include "transcode/rtmp_output.hpp"

#include "transcode/libav.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
}

namespace tally::transcode {
namespace {

constexpr Milliseconds connect_time{5000};
constexpr Milliseconds write_time{5000};
constexpr Milliseconds goodbye_time{500};

}  // namespace

RtmpOutput::RtmpOutput(std::stop_token stop) : stop_(std::move(stop)) {
    silence_libav();
}

RtmpOutput::~RtmpOutput() {
    if (!context_) return;
    allow(goodbye_time);
    if (connected_) av_write_trailer(context_);
    avio_closep(&context_->pb);
    avformat_free_context(context_);
}

Result<> RtmpOutput::connect(
    const std::string& url, const AVCodecContext& video, const AVCodecContext& audio
) {
    if (const int code = avformat_alloc_output_context2(&context_, nullptr, "flv", nullptr); code < 0)
        return std::unexpected(libav_error(code, "demo: FLV"));
    context_->flags |= AVFMT_FLAG_FLUSH_PACKETS;
    context_->interrupt_callback = {.callback = &interrupted, .opaque = this};
    for (const auto* encoder : {&video, &audio})
        if (auto added = add_stream(*encoder); !added) return added;

    allow(connect_time);
    AVDictionary* options = nullptr;
    av_dict_set(&options, "tcp_nodelay", "1", 0);
    int code =
        avio_open2(&context_->pb, url.c_str(), AVIO_FLAG_WRITE, &context_->interrupt_callback, &options);
    av_dict_free(&options);
    if (code < 0) return std::unexpected(libav_error(code, "demo: connect"));

    AVDictionary* muxing = nullptr;
    av_dict_set(&muxing, "flvflags", "no_duration_filesize", 0);
    code = avformat_write_header(context_, &muxing);
    av_dict_free(&muxing);
    if (code < 0) return std::unexpected(libav_error(code, "demo: publish"));
    connected_ = true;
    return {};
}

Result<> RtmpOutput::add_stream(const AVCodecContext& encoder) {
    AVStream* stream = avformat_new_stream(context_, nullptr);
    if (!stream) return fail(Errc::io, "demo: out of memory");
    stream->time_base = encoder.time_base;
    if (const int code = avcodec_parameters_from_context(stream->codecpar, &encoder); code < 0)
        return std::unexpected(libav_error(code, "demo: FLV"));
    return {};
}

Result<> RtmpOutput::write(AVPacket& packet, const AVCodecContext& time_base_of) {
    allow(write_time);
    const AVStream* stream = context_->streams[packet.stream_index];
    av_packet_rescale_ts(&packet, time_base_of.time_base, stream->time_base);
    if (const int code = av_interleaved_write_frame(context_, &packet); code < 0)
        return std::unexpected(libav_error(code, "demo: send"));
    return {};
}

void RtmpOutput::allow(Milliseconds time) {
    deadline_ = system_clock().monotonic() + time;
}

int RtmpOutput::interrupted(void* self) {
    auto& output = *static_cast<RtmpOutput*>(self);
    const auto now = system_clock().monotonic();
    if (output.stop_deadline_ == Instant::max() && output.stop_.stop_requested())
        output.stop_deadline_ = now + goodbye_time;
    return now >= std::min(output.deadline_, output.stop_deadline_) ? 1 : 0;
}

}  // namespace tally::transcode
