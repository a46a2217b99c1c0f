// HTTP/1.1 on a port: accepts connections on every network thread and answers them from a router.
#pragma once

#include "base/worker_pool.hpp"
#include "http/router.hpp"
#include "net/listener.hpp"

#include <memory>
#include <string>

namespace tally::http {

struct Limits {
    std::size_t header_bytes = 16 * 1024;
    std::size_t body_bytes = 1024 * 1024;
    std::size_t connections = 20'000;      // per server; further ones are closed at once
    std::chrono::seconds idle{75};         // a kept connection without a request
    std::chrono::seconds request{15};      // from a request's first byte to its last
    std::chrono::seconds write_stall{30};  // without one byte accepted by the client
};

class Server {
public:
    /// `disk` reads ByteSource bodies. The router must not change any more.
    static Result<std::unique_ptr<Server>> open(
        const std::vector<Executor>& executors,
        const std::string& address,
        std::uint16_t port,
        std::shared_ptr<const Router> router,
        WorkerPool& disk,
        Limits limits = {}
    );
    ~Server();

    std::uint16_t port() const;
    /// Stops accepting; answers under way are finished, idle connections closed.
    void close();

private:
    struct Shared;
    explicit Server(std::shared_ptr<Shared> shared);
    std::shared_ptr<Shared> shared_;
};

}  // namespace tally::http
