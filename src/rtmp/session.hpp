// One RTMP connection from its handshake on: a publish to its end, or a play up to where the fan-out takes
// over.
#pragma once

#include "net/listener.hpp"
#include "net/signal.hpp"
#include "rtmp/connection_limit.hpp"
#include "rtmp/publication.hpp"
#include "rtmp/server_connection.hpp"

#include <memory>
#include <string>

namespace tally::rtmp {

class Service;

class Session {
public:
    Session(Service& service, net::Socket socket, ConnectionLimit::Slot slot);

    Async<> run();
    /// Closes the connection when its deadline passes: one timer for all that it may wait for.
    static Async<> watch(std::shared_ptr<Session> self);
    /// Closes the connection; run() returns soon after.
    void stop();

private:
    Task<> serve();
    Task<> publish(StreamRequest request);
    Task<> receive(Publication& publication);
    Result<> take(Event event, Publication& publication) const;
    Task<> play(StreamRequest request);
    Task<> part(Error reason);
    Task<Event> next_event();
    Task<> flush();
    StreamRequest with_peer(StreamRequest request) const;

    Service& service_;
    net::Socket socket_;
    ConnectionLimit::Slot slot_;
    std::string peer_;
    ServerConnection connection_;
    Bytes buffer_;
    ByteView input_;  // of buffer_, not yet parsed
    Instant arrived_;
    bool publishing_ = false;
    net::Timer timer_;
    Instant deadline_;
};

}  // namespace tally::rtmp
