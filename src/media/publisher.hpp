// The feeding side of a stream: what an ingest session holds while it may publish.
#pragma once

#include "media/frame.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace tally::media {

class Stream;

/// One ingest session's right to feed a stream. From one thread, any: what it hands over reaches the home
/// thread in order. Destroying it without goodbye() is a lost connection.
class Publisher {
public:
    Publisher(std::shared_ptr<Stream> stream, std::uint64_t session);
    ~Publisher();
    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;

    /// The same format again is not a discontinuity; a really changed one is.
    void set_format(Kind kind, codec::Format format);
    /// Left out: frames before their track's format, video before a keyframe, frames over 8 MiB, and what is
    /// over the Budget.
    void push(SourceFrame frame);
    /// Once a second from the session: what only the socket knows.
    void set_rtt(std::chrono::microseconds rtt);
    /// The session ends because of what the encoder sent: a codec that cannot be carried, or damaged media.
    void refuse(Kind kind, bool damaged);
    void goodbye();
    /// What the encoder sends cannot be carried: the stream's owner hears of it.
    void refuse();
    /// Set once the stream has ended or another session has taken over: the session closes its connection.
    bool revoked() const;
    /// Of the stream that is fed.
    const StreamId& stream() const;

private:
    void leave(bool goodbye);

    std::shared_ptr<Stream> stream_;
    std::uint64_t session_;
    bool left_ = false;
};

}  // namespace tally::media
