// The newest bytes of a stream as they go over the wire: written once, read by every player at its own
// offset.
#pragma once

#include "base/bytes.hpp"
#include "media/frame.hpp"

#include <boost/asio/buffer.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <span>

namespace tally::rtmp {

/// Positions count bytes since the log began, so they stay valid while old bytes leave. Lives on one thread.
class WireLog {
public:
    using Position = std::uint64_t;
    static constexpr std::size_t block_size = 128 * 1024;

    struct Limits {
        media::Ticks duration = std::chrono::seconds(5);
        std::size_t bytes = 16 * 1024 * 1024;
    };

    void append(ByteView message, media::Ticks time);

    Position end() const { return end_; }

    /// Where the log should begin: what is over the limits and before `entry`, where new readers start, has
    /// to go. After `entry` only the bound on bytes counts.
    Position wanted_begin(const Limits& limits, Position entry) const;
    /// True when discard(`begin`) would free memory.
    bool frees(Position begin) const;
    /// Forgets what lies before `begin`.
    void discard(Position begin);

    /// The end of the message that `position` lies in; `position` itself where a message begins.
    Position message_end(Position position) const;
    /// Messages that begin from `from` on and before `to`.
    std::size_t messages_between(Position from, Position to) const;
    /// Fills `buffers` from `position` on; returns how many it has set.
    std::size_t read(Position position, std::span<boost::asio::const_buffer> buffers) const;
    Bytes copy(Position from, Position to) const;

private:
    struct Block {
        Position begin = 0;
        Bytes bytes;
    };

    struct Mark {
        Position begin = 0;
        media::Ticks time{};
    };

    std::deque<Mark>::const_iterator mark_from(Position position) const;

    Position end_ = 0;
    std::deque<Block> blocks_;
    std::deque<Mark> marks_;  // where messages begin
};

}  // namespace tally::rtmp
