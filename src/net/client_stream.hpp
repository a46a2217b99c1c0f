// A TCP connection that this program opens, with TLS or without.
#pragma once

#include "base/clock.hpp"
#include "net/listener.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tally::net {

/// Lives on one thread. Every operation ends at the deadline, with Errc::timed_out.
class ClientStream {
public:
    explicit ClientStream(const Executor& executor);
    ~ClientStream();
    ClientStream(const ClientStream&) = delete;
    ClientStream& operator=(const ClientStream&) = delete;

    /// What follows must be done by then.
    void finish_by(Instant deadline);

    /// The first of the addresses that answers; each may take `limit`.
    Task<> connect(const std::vector<asio::ip::address>& addresses, std::uint16_t port, Milliseconds limit);
    /// TLS 1.2 or later; the certificate must be `host`'s, and signed by an authority that the system trusts.
    Task<> secure(std::string host);

    Task<> write(std::string_view bytes);
    /// Errc::closed at the peer's end.
    Task<std::size_t> read_some(asio::mutable_buffer to);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace tally::net
