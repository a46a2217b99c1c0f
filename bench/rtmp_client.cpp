#include "bench/rtmp_client.hpp"

#include "codec/fixtures.hpp"
#include "container/flv.hpp"
#include "rtmp/chunk_writer.hpp"
#include "rtmp/command.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace tally::bench {
namespace {

namespace flv = container::flv;
using rtmp::amf0::Null;
using rtmp::amf0::Object;

constexpr std::size_t chunk_size = 60'000;
constexpr std::size_t stamp_position = 6;  // after the NAL unit's length, its header and one byte

std::array<std::uint8_t, 64 * 1024> read_buffer;

[[noreturn]] void die(const char* what) {
    throw std::runtime_error(std::string(what) + " failed");
}

/// All at once: a client of our own need not wait for answers whose content it knows.
Bytes requests(const Target& target, const rtmp::Message& last) {
    Bytes bytes;
    const auto add = [&](const rtmp::Message& message, std::size_t size) {
        write_chunks(bytes, rtmp::ChunkStream::command, message, size);
    };
    const auto url = fmt::format("rtmp://127.0.0.1:{}/{}", target.port, target.app);
    add(rtmp::make_set_chunk_size(chunk_size), 128);
    add(rtmp::make_command(0, {"connect", 1, Object{{"app", target.app}, {"tcUrl", url}}}), chunk_size);
    add(rtmp::make_command(0, {"createStream", 2, Null{}}), chunk_size);
    add(last, chunk_size);
    return bytes;
}

}  // namespace

std::uint64_t now_stamp() {
    return static_cast<std::uint64_t>(SteadyClock::now().time_since_epoch().count());
}

Connection::Connection(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        die("connect");
}

Connection::~Connection() {
    ::close(descriptor_);
}

void Connection::send(ByteView bytes) const {
    if (::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
        die("send");
}

LoadPlayer::LoadPlayer(const Target& target, After after)
    : target_(target),
      after_(after),
      connection_(target.port) {
    Bytes hello;
    handshake_->start(hello);
    connection_.send(hello);
}

void LoadPlayer::shake_hands(ByteView& input) {
    Bytes answer;
    if (!handshake_->feed(input, answer).value()) return;
    handshake_.reset();
    const auto play = requests(target_, rtmp::make_command(1, {"play", 3, Null{}, target_.stream}));
    answer.insert(answer.end(), play.begin(), play.end());
    connection_.send(answer);
}

/// What can be read at once; empty when the server has closed.
std::optional<ByteView> LoadPlayer::fill() {
    const auto size = ::recv(descriptor(), read_buffer.data(), read_buffer.size(), MSG_DONTWAIT);
    if (size == 0 || (size < 0 && errno != EAGAIN)) return {};
    return ByteView(read_buffer).first(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
}

bool LoadPlayer::discard() {
    const auto size = ::recv(descriptor(), nullptr, 4 * 1024 * 1024, MSG_DONTWAIT | MSG_TRUNC);
    if (size == 0 || (size < 0 && errno != EAGAIN)) return false;
    if (size < 0) return true;
    const auto now = SteadyClock::now();
    longest_silence_ = std::max(longest_silence_, now - last_read_);
    last_read_ = now;
    bytes_ += static_cast<std::uint64_t>(size);
    return true;
}

SteadyClock::duration LoadPlayer::take_longest_silence() {
    const auto since_last = SteadyClock::now() - last_read_;
    return std::max(std::exchange(longest_silence_, {}), since_last);
}

/// The stamp of a picture, whoever wrote it; empty for any other message.
std::optional<std::uint64_t> LoadPlayer::take_picture(const rtmp::Message& message) {
    if (message.type != rtmp::MessageType::video) return {};
    const auto tag = flv::parse_video(message.payload);
    if (!tag || tag->packet != flv::PacketType::frames) return {};
    if (!first_picture_) {
        first_picture_ = last_read_ = SteadyClock::now();
        if (after_ == After::discard)
            ::setsockopt(descriptor(), SOL_SOCKET, SO_RCVLOWAT, &low_water, sizeof low_water);
    }
    ByteReader reader(tag->body);
    reader.skip(stamp_position);
    return reader.u64();
}

Publisher::Publisher(const Target& target) : connection_(target.port) {
    rtmp::ClientHandshake handshake;
    Bytes output;
    handshake.start(output);
    connection_.send(output);
    output.clear();
    for (bool complete = false; !complete;) {
        const auto size = ::recv(connection_.descriptor(), read_buffer.data(), read_buffer.size(), 0);
        if (size <= 0) die("handshake");
        auto input = ByteView(read_buffer).first(static_cast<std::size_t>(size));
        complete = handshake.feed(input, output).value();
    }
    const auto publish =
        requests(target, rtmp::make_command(1, {"publish", 3, Null{}, target.stream, "live"}));
    output.insert(output.end(), publish.begin(), publish.end());
    connection_.send(output);
}

void Publisher::send(rtmp::MessageType type, std::uint32_t timestamp, ByteView payload) {
    // What the server says is of no interest, but must not fill its window.
    while (::recv(connection_.descriptor(), read_buffer.data(), read_buffer.size(), MSG_DONTWAIT) > 0) {
    }
    const auto channel =
        type == rtmp::MessageType::audio ? rtmp::ChunkStream::audio : rtmp::ChunkStream::video;
    Bytes bytes;
    write_chunks(bytes, channel, {type, timestamp, 1, Bytes(payload.begin(), payload.end())}, chunk_size);
    connection_.send(bytes);
}

StampingPublisher::StampingPublisher(const Target& target) : publisher_(target) {
    const auto configuration = codec::fixtures::avc_720p();
    send({.packet = flv::PacketType::sequence_header, .keyframe = true, .body = configuration}, 0);
}

void StampingPublisher::send_picture(std::uint32_t timestamp, bool keyframe, std::size_t size) {
    ByteWriter unit;
    unit.u32(static_cast<std::uint32_t>(size - 4));
    unit.u8(keyframe ? 0x65 : 0x41);
    unit.u8(0x88);  // first_mb_in_slice 0
    unit.u64(now_stamp());
    unit.zeros(size - unit.size());
    const auto body = unit.take();
    send({.keyframe = keyframe, .body = body}, timestamp);
}

void StampingPublisher::send(const flv::VideoTag& tag, std::uint32_t timestamp) {
    publisher_.send(rtmp::MessageType::video, timestamp, flv::write_video(tag));
}

}  // namespace tally::bench
