#include "rtmp/server.hpp"

#include "rtmp/service.hpp"

#include <boost/asio/post.hpp>

namespace tally::rtmp {

Result<Server> Server::open(
    const std::vector<Executor>& executors, const ServerOptions& options, Access& access, const Clock& clock
) {
    Server server;
    server.limit_ = std::make_shared<ConnectionLimit>(options.connections);
    for (const auto& executor : executors)
        server.services_.push_back(std::make_shared<Service>(executor, access, clock, server.counts_));

    const auto accept = [limit = server.limit_, services = server.services_](net::Socket socket) {
        auto slot = limit->enter();
        if (!slot) return;
        for (const auto& service : services)
            if (service->executor() == socket.get_executor())
                return service->accept(std::move(socket), std::move(slot));
    };
    TRY(server.listener_, net::Listener::open(executors, options.address, options.port, accept));
    return server;
}

void Server::close() {
    listener_.close();
    for (const auto& service : services_)
        asio::post(service->executor(), [service] { service->stop(); });
}

}  // namespace tally::rtmp
