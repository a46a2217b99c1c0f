#include "transcode/libav.hpp"

#include <fmt/format.h>

#include <array>
#include <new>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
#include <libavutil/log.h>
#include <libswscale/swscale.h>
}

namespace tally::transcode {
namespace {

template <class T>
T* allocated(T* object) {
    if (!object) throw std::bad_alloc();
    return object;
}

void set_colour_range(SwsContext& scaler, const AVFrame& source, const AVFrame& target) {
    const int* bt601 = sws_getCoefficients(SWS_CS_ITU601);
    const int* bt709 = sws_getCoefficients(SWS_CS_ITU709);
    const auto matrix = [&](const AVFrame& frame) {
        return frame.colorspace == AVCOL_SPC_BT709 ? bt709 : bt601;
    };
    const auto full = [](const AVFrame& frame) { return frame.color_range == AVCOL_RANGE_JPEG ? 1 : 0; };
    constexpr int unity = 1 << 16;
    sws_setColorspaceDetails(
        &scaler, matrix(source), full(source), matrix(target), full(target), 0, unity, unity
    );
}

}  // namespace

void LibavDeleter::operator()(AVCodecContext* context) const {
    avcodec_free_context(&context);
}

void LibavDeleter::operator()(AVFrame* frame) const {
    av_frame_free(&frame);
}

void LibavDeleter::operator()(AVPacket* packet) const {
    av_packet_free(&packet);
}

void LibavDeleter::operator()(SwsContext* scaler) const {
    sws_freeContext(scaler);
}

CodecContext make_codec_context(const AVCodec* codec) {
    return CodecContext(allocated(avcodec_alloc_context3(codec)));
}

PicturePtr make_frame() {
    return PicturePtr(allocated(av_frame_alloc()));
}

PacketPtr make_packet() {
    return PacketPtr(allocated(av_packet_alloc()));
}

Result<PicturePtr> make_picture(int format, int width, int height) {
    auto picture = make_frame();
    picture->format = format;
    picture->width = width;
    picture->height = height;
    if (const int code = av_frame_get_buffer(picture.get(), 0); code < 0)
        return std::unexpected(libav_error(code, "allocate picture"));
    return picture;
}

Result<> convert(const AVFrame& source, AVFrame& target) {
    const Scaler scaler(sws_getContext(
        source.width,
        source.height,
        static_cast<AVPixelFormat>(source.format),
        target.width,
        target.height,
        static_cast<AVPixelFormat>(target.format),
        SWS_AREA,
        nullptr,
        nullptr,
        nullptr
    ));
    if (!scaler) return fail(Errc::unsupported, "scale picture: no conversion between these formats");
    set_colour_range(*scaler, source, target);
    const int code =
        sws_scale(scaler.get(), source.data, source.linesize, 0, source.height, target.data, target.linesize);
    if (code < 0) return std::unexpected(libav_error(code, "scale picture"));
    return {};
}

Error libav_error(int code, std::string_view what) {
    std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
    av_strerror(code, text.data(), text.size());
    const auto errc = code == AVERROR_INVALIDDATA ? Errc::malformed : Errc::io;
    return {errc, fmt::format("{}: {}", what, text.data())};
}

void silence_libav() {
    static const bool once = [] {
        av_log_set_level(AV_LOG_QUIET);
        return true;
    }();
    static_cast<void>(once);
}

}  // namespace tally::transcode
