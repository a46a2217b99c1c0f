// RTMP on a port: accepts encoders and players on every network thread.
#pragma once

#include "base/clock.hpp"
#include "net/listener.hpp"
#include "rtmp/access.hpp"
#include "rtmp/connection_limit.hpp"
#include "rtmp/player_counts.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tally::rtmp {

class Service;

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 1935;         // 0: any free one
    std::size_t connections = 20'000;  // further ones are closed at once
};

class Server {
public:
    /// `access` and `clock` outlive the executors' contexts. Errors as of net::Listener.
    static Result<Server> open(
        const std::vector<Executor>& executors,
        const ServerOptions& options,
        Access& access,
        const Clock& clock
    );

    std::uint16_t port() const { return listener_.port(); }

    /// Stops accepting and ends all connections, each on its own thread. Encoders count as lost.
    void close();

    /// From any thread.
    std::size_t connections() const { return limit_->count(); }

    /// Players of one stream. From any thread.
    std::size_t players(const StreamId& stream) const { return counts_->players(stream); }

private:
    std::shared_ptr<ConnectionLimit> limit_;
    std::shared_ptr<PlayerCounts> counts_ = std::make_shared<PlayerCounts>();
    std::vector<std::shared_ptr<Service>> services_;  // one per executor
    net::Listener listener_;
};

}  // namespace tally::rtmp
