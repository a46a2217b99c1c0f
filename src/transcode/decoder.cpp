#include "transcode/decoder.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/mem.h>
}

#include <algorithm>

namespace tally::transcode {
namespace {

constexpr std::int64_t max_pixels = 4096 * 2304;
constexpr std::size_t max_configuration_bytes = 64 * 1024;

}  // namespace

Result<CodecContext> open_decoder(Decodes what, const Bytes& configuration) {
    silence_libav();
    if (configuration.size() > max_configuration_bytes)
        return fail(Errc::too_large, "decoder: the configuration is too large");
    const AVCodec* codec = avcodec_find_decoder(what == Decodes::h264 ? AV_CODEC_ID_H264 : AV_CODEC_ID_AAC);
    if (!codec) return fail(Errc::unsupported, "decoder: this libavcodec has none for H.264 or AAC");
    auto decoder = make_codec_context(codec);
    decoder->thread_count = 1;
    decoder->max_pixels = max_pixels;
    decoder->extradata =
        static_cast<std::uint8_t*>(av_mallocz(configuration.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    std::ranges::copy(configuration, decoder->extradata);
    decoder->extradata_size = static_cast<int>(configuration.size());
    if (const int code = avcodec_open2(decoder.get(), codec, nullptr); code < 0)
        return std::unexpected(libav_error(code, "decoder: open"));
    return decoder;
}

Result<PacketPtr> packet_of(const Bytes& payload) {
    auto packet = make_packet();
    if (const int code = av_new_packet(packet.get(), static_cast<int>(payload.size())); code < 0)
        return std::unexpected(libav_error(code, "decoder: allocate packet"));
    std::ranges::copy(payload, packet->data);
    return packet;
}

}  // namespace tally::transcode
