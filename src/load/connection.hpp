// One player's kept connection to the server under load.
#pragma once

#include "net/client_stream.hpp"

#include <memory>
#include <optional>
#include <string>

namespace tally::load {

/// Where a swarm goes: one server for all of its requests.
struct Server {
    net::Endpoint endpoint;
    std::string authority;  // as the Host header has it
};

struct Answer {
    unsigned status = 0;
    std::string body;
    std::optional<std::chrono::seconds> heartbeat;  // how often the server wants reports
};

class Connection {
public:
    Connection(Executor executor, Server server);

    /// GET, on a connection that is kept, or opened again when the server has closed it. An answer of any
    /// status is an answer. At most 64 MB and 15 s. Errors name the kind of failure alone: they are counted.
    Task<Answer> get(std::string target);
    /// POST of a text; otherwise the same. It may arrive twice.
    Task<Answer> post(std::string target, std::string text);

private:
    struct Ask;

    Task<> connect();
    Task<Answer> exchange(const Ask& ask);
    Task<Answer> exchange_or_reconnect(Ask ask);

    Executor executor_;
    Server server_;
    std::unique_ptr<net::ClientStream> stream_;  // none: not connected
};

}  // namespace tally::load
