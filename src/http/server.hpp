// HTTP/1.1 on a port: accepts connections on every network thread and answers them from a router.
#pragma once

#include "base/worker_pool.hpp"
#include "http/limits.hpp"
#include "http/request_counts.hpp"
#include "http/router.hpp"
#include "net/listener.hpp"

#include <memory>
#include <string>

namespace tally::http {

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
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const;
    std::size_t connections() const;
    /// Answered so far.
    RequestTotals requests() const;
    /// The same for each route that was asked.
    std::vector<std::pair<std::string, RouteTotals>> routes() const;
    /// Stops accepting; answers under way are finished, idle connections closed.
    void close();

private:
    struct Shared;
    explicit Server(std::shared_ptr<Shared> shared);
    std::shared_ptr<Shared> shared_;
};

}  // namespace tally::http
