#include "transcode/demo_publisher.hpp"

#include "base/clock.hpp"
#include "base/result.hpp"
#include "transcode/libav.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
}

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <doctest/doctest.h>

namespace tally::transcode {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

tcp::acceptor listen(asio::io_context& context) {
    return {context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
}

std::string url_of(std::uint16_t port) {
    return fmt::format("rtmp://127.0.0.1:{}/live/demo", port);
}

struct Received {
    int video_packets = 0;
    int audio_packets = 0;
};

/// libav's own RTMP server takes one publisher, and reads until it has 15 packets of each stream.
Received receive(std::uint16_t port) {
    Received received;
    AVFormatContext* context = nullptr;
    AVDictionary* options = nullptr;
    av_dict_set(&options, "listen", "1", 0);
    av_dict_set(&options, "timeout", "5", 0);
    const int opened = avformat_open_input(&context, url_of(port).c_str(), nullptr, &options);
    av_dict_free(&options);
    if (opened < 0) return received;
    const auto packet = make_packet();
    while (received.video_packets < 15 || received.audio_packets < 15) {
        if (av_read_frame(context, packet.get()) < 0) break;
        const AVCodecParameters& stream = *context->streams[packet->stream_index]->codecpar;
        if (stream.codec_id == AV_CODEC_ID_AAC) ++received.audio_packets;
        if (stream.codec_id == AV_CODEC_ID_H264) ++received.video_packets;
        av_packet_unref(packet.get());
    }
    avformat_close_input(&context);
    return received;
}

}  // namespace

TEST_CASE("the demo reaches a server that starts after it, with H.264 and AAC") {
    asio::io_context context;
    const std::uint16_t port = listen(context).local_endpoint().port();  // free once the acceptor is gone
    const DemoPublisher publisher(url_of(port));
    const auto received = receive(port);
    CHECK(received.video_packets >= 15);
    CHECK(received.audio_packets >= 15);
}

TEST_CASE("a demo whose server never answers stops within a second") {
    asio::io_context context;
    auto silent = listen(context);
    Instant asked;
    {
        const DemoPublisher publisher(url_of(silent.local_endpoint().port()));
        auto connection = silent.accept();  // its handshake stays unanswered
        asked = system_clock().monotonic();
    }
    CHECK(system_clock().monotonic() - asked < std::chrono::seconds(1));
}

TEST_CASE("a demo without a server stops at once") {
    asio::io_context context;
    const std::uint16_t port = listen(context).local_endpoint().port();
    const auto asked = system_clock().monotonic();
    {
        const DemoPublisher publisher(url_of(port));
    }
    CHECK(system_clock().monotonic() - asked < std::chrono::seconds(1));
}

}  // namespace tally::transcode
