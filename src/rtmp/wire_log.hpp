// The newest bytes of a stream as they go over the wire: written once, sent to every player from its own
// offset.
#pragma once

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "media/frame.hpp"
#include "net/listener.hpp"

#include <cstdint>
#include <deque>

namespace tally::rtmp {

/// Positions count bytes since the log began, so they stay valid while old bytes leave. Lives on one thread.
/// The bytes lie in memory that sockets take by its pages, without a copy: see docs/decisions/0025.
class WireLog {
public:
    using Position = std::uint64_t;
    static constexpr std::size_t block_size = 512 * 1024;

    struct Limits {
        media::Ticks duration = std::chrono::seconds(5);
        std::size_t bytes = 16 * 1024 * 1024;
    };

    /// Errc::io when memory is short or the process may open no further file: nothing is appended then.
    Result<> append(ByteView message, media::Ticks time);

    Position end() const { return end_; }

    /// Where the log should begin: what is over the limits and before `entry`, where new readers start, has
    /// to go. After `entry` only the bound on bytes counts.
    Position wanted_begin(const Limits& limits, Position entry) const;
    /// True when discard(`begin`) would free memory.
    bool frees(Position begin) const;
    /// Forgets what lies before `begin`. What a socket has taken of it still arrives.
    void discard(Position begin);

    /// The end of the message that `position` lies in; `position` itself where a message begins.
    Position message_end(Position position) const;
    /// Messages that begin from `from` on and before `to`.
    std::size_t messages_between(Position from, Position to) const;
    /// Hands the socket what it takes at once of the bytes from `position`, before end(), up to the end of a
    /// block; returns how many those were. A peer that is gone raises SIGPIPE where it is not ignored.
    std::size_t send(net::Socket& socket, Position position, boost::system::error_code& error) const;
    Result<Bytes> copy(Position from, Position to) const;

private:
    struct Mark {
        Position begin = 0;
        media::Ticks time{};
    };

    std::size_t block_of(Position position) const;
    std::deque<Mark>::const_iterator mark_from(Position position) const;

    Position end_ = 0;
    Position begin_ = 0;  // of the first block
    std::deque<File> blocks_;
    std::deque<Mark> marks_;  // where messages begin
};

}  // namespace tally::rtmp
