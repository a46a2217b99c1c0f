// Calls other servers over HTTP/1.1: hooks, webhooks and the analytics store. Follows no redirect, and goes
// into private networks only where that is allowed.
#pragma once

#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "http/client/url.hpp"
#include "http/message.hpp"

#include <boost/asio/ip/address.hpp>

#include <memory>
#include <string>

namespace tally::http {

struct ClientLimits {
    Milliseconds connect{5000};  // per address
    Milliseconds total{15'000};  // from the call to the response's last byte
    std::size_t response_bytes = 65'536;
};

struct ClientRequest {
    Method method = Method::get;
    Url url;
    Headers headers{};  // Host, Content-Length and Connection are added
    std::string body{};
    ClientLimits limits{};
};

struct ClientResponse {
    unsigned status = 0;
    Headers headers;
    std::string body;
};

class Client {
public:
    struct Options {
        /// Private, loopback and link-local addresses too: for development and for the operator's own hooks.
        bool allow_private = false;
        bool keep_alive = false;  // connections are kept for 20 s after an answer
    };

    /// `names` resolves host names.
    Client(WorkerPool& names, Options options);
    ~Client();

    /// From any network thread, any number at once: callers bound that. An answer of any status is a
    /// response. Errc::refused: only private addresses; Errc::not_found, Errc::timed_out, Errc::too_large,
    /// Errc::malformed, Errc::closed, Errc::io.
    Task<ClientResponse> send(ClientRequest request);

private:
    struct Connection;
    class Kept;

    Task<std::unique_ptr<Connection>> open(const ClientRequest& request, Instant deadline);
    Task<ClientResponse> exchange(std::unique_ptr<Connection> connection, const ClientRequest& request);

    WorkerPool& names_;
    Options options_;
    std::unique_ptr<Kept> kept_;
};

}  // namespace tally::http
