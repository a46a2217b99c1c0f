#include "transcode/thumbnail.hpp"

#include "transcode/jpeg.hpp"
#include "transcode/libav.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/mem.h>
}

#include <algorithm>
#include <cmath>

namespace tally::transcode {
namespace {

constexpr std::int64_t max_pixels = 4096 * 2304;
constexpr std::size_t max_keyframe_bytes = 8 * 1024 * 1024;
constexpr std::size_t max_configuration_bytes = 64 * 1024;
constexpr int max_side = 4096;

Result<CodecContext> open_decoder(const Bytes& configuration) {
    const AVCodec* codec = avcodec_find_decoder(AV_CODEC_ID_H264);
    if (!codec) return fail(Errc::unsupported, "thumbnail: this libavcodec has no H.264 decoder");
    auto decoder = make_codec_context(codec);
    decoder->thread_count = 1;
    decoder->max_pixels = max_pixels;
    decoder->extradata =
        static_cast<std::uint8_t*>(av_mallocz(configuration.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    std::ranges::copy(configuration, decoder->extradata);
    decoder->extradata_size = static_cast<int>(configuration.size());
    if (const int code = avcodec_open2(decoder.get(), codec, nullptr); code < 0)
        return std::unexpected(libav_error(code, "thumbnail: open decoder"));
    return decoder;
}

Result<PicturePtr> decode(AVCodecContext& decoder, const Bytes& payload) {
    const auto packet = make_packet();
    if (const int code = av_new_packet(packet.get(), static_cast<int>(payload.size())); code < 0)
        return std::unexpected(libav_error(code, "thumbnail: allocate packet"));
    std::ranges::copy(payload, packet->data);
    packet->flags |= AV_PKT_FLAG_KEY;

    auto picture = make_frame();
    int code = avcodec_send_packet(&decoder, packet.get());
    if (code >= 0) code = avcodec_send_packet(&decoder, nullptr);  // one frame and no more: hand it out
    if (code >= 0) code = avcodec_receive_frame(&decoder, picture.get());
    if (code == AVERROR_EOF) return fail(Errc::malformed, "thumbnail: no picture in the keyframe");
    if (code < 0) return std::unexpected(libav_error(code, "thumbnail: decode"));
    if (picture->decode_error_flags != 0 || (picture->flags & AV_FRAME_FLAG_CORRUPT) != 0)
        return fail(Errc::malformed, "thumbnail: the keyframe is damaged");
    return picture;
}

/// As wide as asked and as high as the picture looks: its pixels need not be square.
Result<int> display_height(const AVFrame& picture, int width) {
    const AVRational pixel = picture.sample_aspect_ratio;
    const double pixel_shape = pixel.num > 0 && pixel.den > 0 ? av_q2d(pixel) : 1.0;
    const double height = width * picture.height / (picture.width * pixel_shape);
    const double even = 2 * std::round(height / 2);
    if (!(even >= 2 && even <= max_side)) return fail(Errc::unsupported, "thumbnail: no sensible shape");
    return static_cast<int>(even);
}

}  // namespace

Result<Bytes> render_thumbnail(const media::Frame& keyframe, int width) {
    silence_libav();
    const auto* format = keyframe.format ? std::get_if<codec::VideoFormat>(keyframe.format.get()) : nullptr;
    if (!format || format->codec != codec::Codec::h264)
        return fail(Errc::unsupported, "thumbnail: only H.264 is decoded");
    if (keyframe.payload.size() > max_keyframe_bytes ||
        format->configuration.size() > max_configuration_bytes)
        return fail(Errc::too_large, "thumbnail: keyframe or configuration is too large");
    if (keyframe.payload.empty()) return fail(Errc::malformed, "thumbnail: empty keyframe");

    TRY(const auto decoder, open_decoder(format->configuration));
    TRY(const auto picture, decode(*decoder, keyframe.payload));
    const int even_width = std::clamp(width, 16, 1920) / 2 * 2;
    TRY(const int height, display_height(*picture, even_width));
    return encode_jpeg(*picture, even_width, height);
}

}  // namespace tally::transcode
