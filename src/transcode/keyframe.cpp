#include "transcode/keyframe.hpp"

#include "transcode/decoder.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace tally::transcode {
namespace {

constexpr std::size_t max_keyframe_bytes = 8 * 1024 * 1024;

Result<PicturePtr> decode(AVCodecContext& decoder, const Bytes& payload) {
    TRY(const auto packet, packet_of(payload));
    packet->flags |= AV_PKT_FLAG_KEY;
    auto picture = make_frame();
    int code = avcodec_send_packet(&decoder, packet.get());
    if (code >= 0) code = avcodec_send_packet(&decoder, nullptr);  // one frame and no more: hand it out
    if (code >= 0) code = avcodec_receive_frame(&decoder, picture.get());
    if (code == AVERROR_EOF) return fail(Errc::malformed, "keyframe: there is no picture in it");
    if (code < 0) return std::unexpected(libav_error(code, "keyframe: decode"));
    if (picture->decode_error_flags != 0 || (picture->flags & AV_FRAME_FLAG_CORRUPT) != 0)
        return fail(Errc::malformed, "keyframe: it is damaged");
    return picture;
}

}  // namespace

Result<PicturePtr> decode_keyframe(const media::Frame& keyframe) {
    const auto* format = keyframe.format ? std::get_if<codec::VideoFormat>(keyframe.format.get()) : nullptr;
    if (!format || format->codec != codec::Codec::h264)
        return fail(Errc::unsupported, "keyframe: only H.264 is decoded");
    if (keyframe.payload.size() > max_keyframe_bytes) return fail(Errc::too_large, "keyframe: too large");
    if (keyframe.payload.empty()) return fail(Errc::malformed, "keyframe: empty");
    TRY(const auto decoder, open_decoder(Decodes::h264, format->configuration));
    return decode(*decoder, keyframe.payload);
}

}  // namespace tally::transcode
