#include "transcode/jpeg.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace tally::transcode {
namespace {

constexpr int quality = 2;  // libav's quantiser scale: 2 best, 31 worst

Result<CodecContext> open_encoder(const AVFrame& picture) {
    const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    if (!codec) return fail(Errc::unsupported, "jpeg: this libavcodec has no MJPEG encoder");
    auto encoder = make_codec_context(codec);
    encoder->width = picture.width;
    encoder->height = picture.height;
    encoder->pix_fmt = AV_PIX_FMT_YUVJ420P;
    encoder->color_range = AVCOL_RANGE_JPEG;
    encoder->time_base = {1, 1};
    encoder->thread_count = 1;
    encoder->flags |= AV_CODEC_FLAG_QSCALE;
    encoder->global_quality = quality * FF_QP2LAMBDA;
    if (const int code = avcodec_open2(encoder.get(), codec, nullptr); code < 0)
        return std::unexpected(libav_error(code, "jpeg: open encoder"));
    return encoder;
}

}  // namespace

Result<PicturePtr> scale_for_jpeg(const AVFrame& picture, int width, int height) {
    TRY(auto scaled, make_picture(AV_PIX_FMT_YUVJ420P, width, height));
    scaled->color_range = AVCOL_RANGE_JPEG;
    scaled->colorspace = AVCOL_SPC_BT470BG;  // JFIF is always BT.601
    scaled->quality = quality * FF_QP2LAMBDA;
    if (const auto done = convert(picture, *scaled); !done) return std::unexpected(done.error());
    return scaled;
}

Result<Bytes> encode_jpeg(const AVFrame& scaled) {
    TRY(const auto encoder, open_encoder(scaled));
    const auto packet = make_packet();
    int code = avcodec_send_frame(encoder.get(), &scaled);
    if (code >= 0) code = avcodec_receive_packet(encoder.get(), packet.get());
    if (code < 0) return std::unexpected(libav_error(code, "jpeg: encode"));
    return Bytes(packet->data, packet->data + packet->size);
}

}  // namespace tally::transcode
