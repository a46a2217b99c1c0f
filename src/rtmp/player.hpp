// One player: a socket and a position in the bytes that all players of its stream share.
#pragma once

#include "base/clock.hpp"
#include "net/listener.hpp"
#include "rtmp/access.hpp"
#include "rtmp/chunk_reader.hpp"
#include "rtmp/connection_limit.hpp"
#include "rtmp/wire_log.hpp"

#include <memory>

namespace tally::rtmp {

class Player : public std::enable_shared_from_this<Player> {
public:
    /// What the session hands over once the play is accepted.
    struct Start {
        net::Socket socket;
        ConnectionLimit::Slot slot;
        ChunkReader reader;
        Bytes input;                         // came after the play command
        Bytes output;                        // goes out before the media
        std::shared_ptr<Viewing> viewing{};  // may be null
    };

    Player(Start start, std::shared_ptr<const WireLog> log, const Clock& clock);

    /// Begins to send and to hear the client, whose first bytes are `input`.
    void start(ByteView input);

    /// No more of the log for now. A message that has been sent in part is still finished.
    void leave();
    /// Goes on at `position`, where readers start, after `head`: metadata and sequence headers.
    void enter(const Bytes& head, WireLog::Position position);

    /// In the log, as from enter() to leave().
    bool entered() const { return entered_; }

    WireLog::Position position() const { return position_; }

    /// As much as the socket takes at once. Never waits: the rest goes when the socket is writable.
    void send();

    /// Everything due has been handed to the socket.
    bool drained() const;

    /// The socket has no room for now.
    bool full() const { return full_; }

    /// Full, and has taken nothing since `time`.
    bool stuck_since(Instant time) const { return full_ && progress_ < time; }

    void close();

    bool closed() const { return !socket_.is_open(); }

private:
    void await_input();
    void read_input();
    void hear(ByteView input);
    void await_room();
    std::size_t send_prefix(boost::system::error_code& error);
    void advance(std::size_t sent);

    net::Socket socket_;
    ConnectionLimit::Slot slot_;
    std::shared_ptr<Viewing> viewing_;
    ChunkReader reader_;
    std::shared_ptr<const WireLog> log_;
    const Clock& clock_;
    Bytes prefix_;  // goes out before the log's bytes
    std::size_t prefix_sent_ = 0;
    WireLog::Position position_ = 0;
    Instant progress_;
    bool entered_ = false;
    bool full_ = false;
};

}  // namespace tally::rtmp
