#include "transcode/placeholder.hpp"

#include "transcode/libav.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
}

#include <doctest/doctest.h>

namespace tally::transcode {
namespace {

std::pair<int, int> decoded_size(const Bytes& jpeg) {
    const AVCodec* codec = avcodec_find_decoder(AV_CODEC_ID_MJPEG);
    const auto decoder = make_codec_context(codec);
    const auto packet = make_packet();
    const auto picture = make_frame();
    if (avcodec_open2(decoder.get(), codec, nullptr) < 0) return {};
    if (av_new_packet(packet.get(), static_cast<int>(jpeg.size())) < 0) return {};
    std::ranges::copy(jpeg, packet->data);
    if (avcodec_send_packet(decoder.get(), packet.get()) < 0) return {};
    if (avcodec_receive_frame(decoder.get(), picture.get()) < 0) return {};
    return {picture->width, picture->height};
}

}  // namespace

TEST_CASE("the placeholder is a picture of 1280 × 720 whatever the name") {
    const std::string very_long(100'000, 'W');
    for (const std::string_view name :
         {std::string_view("Main Stage"),
          std::string_view(""),
          std::string_view("Сцена · 舞台"),
          std::string_view("\xFF\xC3"),
          std::string_view("a\0b", 3),
          std::string_view(very_long)}) {
        const auto jpeg = render_placeholder(name);
        REQUIRE(jpeg);
        CHECK(decoded_size(*jpeg) == std::pair(1280, 720));
    }
}

}  // namespace tally::transcode
