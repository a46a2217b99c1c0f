// RTMP clients for load: as little work per byte as possible, so that the server is what is measured.
#pragma once

#include "container/flv.hpp"
#include "rtmp/chunk_reader.hpp"
#include "rtmp/handshake.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace tally::bench {

using SteadyClock = std::chrono::steady_clock;

struct Target {
    std::uint16_t port = 0;
    std::string app;
    std::string stream;
};

/// A connection to 127.0.0.1, owned.
class Connection {
public:
    explicit Connection(std::uint16_t port);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    int descriptor() const { return descriptor_; }

    /// Small messages only: they fit into the socket's buffer.
    void send(ByteView bytes) const;

private:
    int descriptor_;
};

/// Connects, plays, and reads. Until the first picture messages are parsed; after that bytes are thrown away
/// in the kernel, and the socket is only readable with `low_water` bytes, so that receiving costs the sender
/// nothing.
class LoadPlayer {
public:
    enum class After : unsigned char { discard, parse };

    LoadPlayer(const Target& target, After after);

    int descriptor() const { return connection_.descriptor(); }

    /// Reads what is there. In After::parse every picture's stamp is handed to `on_stamp`; false once closed.
    template <class OnStamp>
    bool read(const OnStamp& on_stamp);

    SteadyClock::time_point started() const { return started_; }

    std::optional<SteadyClock::time_point> first_picture() const { return first_picture_; }

    /// Bytes since the last call.
    std::uint64_t take_bytes() { return std::exchange(bytes_, 0); }

    SteadyClock::duration take_longest_silence();

private:
    bool discard();
    std::optional<ByteView> fill();
    void shake_hands(ByteView& input);
    std::optional<std::uint64_t> take_picture(const rtmp::Message& message);

    static constexpr int low_water = 48 * 1024;

    Target target_;
    After after_;
    SteadyClock::time_point started_ = SteadyClock::now();
    Connection connection_;
    std::optional<rtmp::ClientHandshake> handshake_{std::in_place};
    rtmp::ChunkReader reader_{{.message = 8 * 1024 * 1024, .buffered = 16 * 1024 * 1024}};
    std::optional<SteadyClock::time_point> first_picture_;
    SteadyClock::time_point last_read_ = started_;
    SteadyClock::duration longest_silence_{};
    std::uint64_t bytes_ = 0;
};

template <class OnStamp>
bool LoadPlayer::read(const OnStamp& on_stamp) {
    const bool parsing = !first_picture_ || after_ == After::parse;
    if (!parsing) return discard();
    auto input = fill();
    if (!input) return false;
    if (handshake_) shake_hands(*input);
    while (auto message = reader_.next(*input).value())
        if (const auto stamp = take_picture(*message)) on_stamp(*stamp);
    return true;
}

/// Connects and publishes; errors are exceptions.
class Publisher {
public:
    explicit Publisher(const Target& target);

    void send(rtmp::MessageType type, std::uint32_t timestamp, ByteView payload);

private:
    Connection connection_;
};

/// Publishes pictures whose NAL units hold the time they were sent at: a steady clock in nanoseconds.
class StampingPublisher {
public:
    explicit StampingPublisher(const Target& target);

    /// `size` bytes of picture.
    void send_picture(std::uint32_t timestamp, bool keyframe, std::size_t size);

private:
    void send(const container::flv::VideoTag& tag, std::uint32_t timestamp);

    Publisher publisher_;
};

std::uint64_t now_stamp();

}  // namespace tally::bench
