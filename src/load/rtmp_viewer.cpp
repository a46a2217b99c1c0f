#include "load/rtmp_viewer.hpp"

#include "container/flv.hpp"
#include "net/signal.hpp"
#include "rtmp/chunk_writer.hpp"
#include "rtmp/command.hpp"
#include "rtmp/handshake.hpp"

namespace tally::load {
namespace {

namespace flv = container::flv;
using rtmp::amf0::Null;
using rtmp::amf0::Object;

constexpr Milliseconds cushion{1000};
constexpr Milliseconds after_failure{1000};
constexpr std::chrono::seconds patience{15};
constexpr std::size_t default_chunk_size = 128;
constexpr std::uint32_t acknowledge_every = 1'000'000;  // bytes
constexpr std::size_t read_size = 16 * 1024;
constexpr std::size_t most_buffered = 8 * 1024 * 1024;
constexpr std::uint32_t longest_gap = 10'000;  // ms; what jumps further begins anew

bool is_media(const rtmp::Message& message) {
    if (message.type == rtmp::MessageType::video) {
        const auto tag = flv::parse_video(message.payload);
        return tag && tag->packet == flv::PacketType::frames;
    }
    if (message.type != rtmp::MessageType::audio) return false;
    const auto tag = flv::parse_audio(message.payload);
    return tag && tag->packet == flv::PacketType::frames;
}

}  // namespace

struct RtmpViewer::Link {
    explicit Link(const Executor& executor) : stream(executor) {}

    net::ClientStream stream;
    Bytes buffer = Bytes(read_size);
    rtmp::ChunkReader reader{{.message = most_buffered, .buffered = most_buffered}};
    std::uint32_t received = 0;
    std::uint32_t acknowledged = 0;
    bool ended = false;
};

RtmpViewer::RtmpViewer(Seat seat) : seat_(std::move(seat)), playback_(system_clock().monotonic(), cushion) {
    ++seat_.report.viewers;
}

Async<> RtmpViewer::leave() {
    co_return;  // the end of the connection says it
}

Async<> RtmpViewer::run() {
    for (;;) {
        Link link(seat_.executor);
        const auto played = co_await play(link);
        playback_.advance(system_clock().monotonic());
        if (link.ended) break;
        if (!played) seat_.report.add_error(played.error().context);
        newest_.reset();
        net::Timer timer(seat_.executor, after_failure);
        co_await timer.async_wait(as_result);
    }
    playback_.finish();
}

Task<> RtmpViewer::play(Link& link) {
    const auto& endpoint = seat_.server.endpoint;
    link.stream.finish_by(system_clock().monotonic() + patience);
    if (auto connected = co_await link.stream.connect({endpoint.address()}, endpoint.port(), patience);
        !connected)
        co_return connected;
    if (auto greeted = co_await greet(link); !greeted) co_return greeted;
    co_return co_await receive(link);
}

/// Handshake, then all requests at once.
Task<> RtmpViewer::greet(Link& link) {
    rtmp::ClientHandshake handshake;
    Bytes output;
    handshake.start(output);
    ByteView input;
    for (bool complete = false; !complete;) {
        if (auto sent = co_await link.stream.write(text_of(output)); !sent) co_return sent;
        output.clear();
        CO_TRY(const auto size, co_await link.stream.read_some(asio::buffer(link.buffer)));
        input = ByteView(link.buffer).first(size);
        CO_TRY(complete, handshake.feed(input, output));
    }
    const auto slash = std::min(seat_.target.find('/', 1), seat_.target.size());
    const auto app = seat_.target.substr(1, slash - 1);
    const auto stream = seat_.target.substr(std::min(slash + 1, seat_.target.size()));
    const auto url = fmt::format("rtmp://{}/{}", seat_.server.authority, app);
    const auto add = [&](const rtmp::Message& message) {
        write_chunks(output, rtmp::ChunkStream::command, message, default_chunk_size);
    };
    add(rtmp::make_command(
        0, {"connect", 1, Object{{"app", app}, {"tcUrl", url}, {"flashVer", "tally-load"}}}
    ));
    add(rtmp::make_command(0, {"createStream", 2, Null{}}));
    add(rtmp::make_command(1, {"play", 3, Null{}, stream}));
    ++seat_.report.requests;
    co_return co_await link.stream.write(text_of(output));
}

Task<> RtmpViewer::receive(Link& link) {
    auto deadline = Instant();
    while (!link.ended) {
        const auto now = system_clock().monotonic();
        // Not with every read: a deadline costs a timer.
        if (now + patience / 2 > deadline) link.stream.finish_by(deadline = now + patience);
        CO_TRY(const auto size, co_await link.stream.read_some(asio::buffer(link.buffer)));
        seat_.report.bytes += size;
        link.received += static_cast<std::uint32_t>(size);
        for (auto input = ByteView(link.buffer).first(size);;) {
            CO_TRY(const auto message, link.reader.next(input));
            if (!message) break;
            if (auto taken = take(link, *message); !taken) co_return taken;
        }
        if (link.received - link.acknowledged < acknowledge_every) continue;
        link.acknowledged = link.received;
        Bytes output;
        write_chunks(
            output, rtmp::ChunkStream::control, rtmp::make_acknowledgement(link.received), default_chunk_size
        );
        if (auto sent = co_await link.stream.write(text_of(output)); !sent) co_return sent;
    }
    co_return Result<>{};
}

Result<> RtmpViewer::take(Link& link, const rtmp::Message& message) {
    if (is_media(message)) take_media(message.timestamp);
    if (message.type != rtmp::MessageType::command_amf0) return {};
    TRY(const auto command, rtmp::parse_command(message));
    if (command.name == "_error") return fail(Errc::refused, "the server refused the connection");
    if (command.name != "onStatus" || command.arguments.empty()) return {};
    const auto& information = command.arguments.front();
    const auto text_in = [&](std::string_view name) {
        const auto* value = information.find(name);
        return std::string(value != nullptr ? value->text() : "");
    };
    if (text_in("level") == "error") return fail(Errc::refused, text_in("code"));
    link.ended = text_in("code") == "NetStream.Play.UnpublishNotify";
    return {};
}

void RtmpViewer::take_media(std::uint32_t timestamp) {
    const auto before = newest_.value_or(timestamp);
    const auto ahead = timestamp - before;
    const bool jumps = ahead > longest_gap;
    if (jumps && before - timestamp <= longest_gap) return;  // of the track that is behind
    newest_ = timestamp;
    if (!jumps) playback_.append(system_clock().monotonic(), Milliseconds(ahead), std::nullopt);
}

}  // namespace tally::load
