// Accepts TCP connections on every network thread: the threads share the port (SO_REUSEPORT).
#pragma once

#include "base/task.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <string>
#include <vector>

namespace tally::net {

using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Endpoint = asio::ip::tcp::endpoint;

/// Runs on the thread that accepted; the socket lives on that thread.
using OnAccept = std::function<void(Socket)>;

class Listener {
public:
    /// Binds `address`:`port` (0: any free one, the same on all threads) and listens. One accept loop per
    /// executor. Errors: a port in use or a bad address, with both in the text.
    static Result<Listener> open(
        const std::vector<Executor>& executors,
        const std::string& address,
        std::uint16_t port,
        OnAccept on_accept
    );

    std::uint16_t port() const { return port_; }

    /// Stops accepting; from the thread of any executor. Accepted sockets go on.
    void close();

private:
    std::vector<std::shared_ptr<Acceptor>> acceptors_;
    std::uint16_t port_ = 0;
};

/// "127.0.0.1:52210"; IPv6 in brackets; "?" once the peer is gone.
std::string peer_name(const Socket& socket);

}  // namespace tally::net
