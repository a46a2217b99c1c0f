#include "http/server.hpp"

#include "http/connection.hpp"
#include "net/signal.hpp"
#include "net/spawn.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace tally::http {
namespace {

/// The connections of one thread. Holds no I/O objects: it may die on any thread, after the thread's own.
struct Connections {
    boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>> list;
    bool watched = false;
    bool closing = false;
};

constexpr std::chrono::milliseconds check_interval{250};

/// One timer for all connections of a thread, as long as there are any.
Async<> watch(Executor executor, std::shared_ptr<Connections> connections) {
    net::Timer timer(executor);
    while (!connections->list.empty()) {
        timer.expires_after(check_interval);
        co_await timer.async_wait(as_result);
        const auto now = system_clock().monotonic();
        for (auto& connection : connections->list)
            connection.check(now);
    }
    connections->watched = false;
}

Async<> serve(
    net::Socket socket, std::shared_ptr<Service> service, std::shared_ptr<Connections> connections
) {
    const auto executor = socket.get_executor();
    Connection connection(std::move(socket), std::move(service));
    connections->list.push_back(connection);
    if (!std::exchange(connections->watched, true))
        net::spawn(executor, "http watch", watch(executor, connections));
    co_await connection.run();
}

}  // namespace

struct Server::Shared {
    struct Thread {
        Executor executor;
        std::shared_ptr<Connections> connections;
    };

    std::shared_ptr<Service> service;
    std::vector<Thread> threads;
    net::Listener listener;
};

Result<std::unique_ptr<Server>> Server::open(
    const std::vector<Executor>& executors,
    const std::string& address,
    std::uint16_t port,
    std::shared_ptr<const Router> router,
    WorkerPool& disk,
    Limits limits
) {
    const std::shared_ptr<Service> service(new Service{std::move(router), disk, limits});
    std::vector<Shared::Thread> threads;
    threads.reserve(executors.size());
    for (const auto& executor : executors)
        threads.push_back({executor, std::make_shared<Connections>()});
    auto on_accept = [service, threads](net::Socket socket) {
        const auto executor = socket.get_executor();
        const auto thread = std::ranges::find(threads, executor, &Shared::Thread::executor);
        if (service->connections >= service->limits.connections || thread->connections->closing) return;
        net::spawn(executor, "http", serve(std::move(socket), service, thread->connections));
    };
    TRY(auto listener, net::Listener::open(executors, address, port, std::move(on_accept)));
    return std::unique_ptr<Server>(
        new Server(std::make_shared<Shared>(Shared{service, std::move(threads), std::move(listener)}))
    );
}

Server::Server(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

Server::~Server() {
    close();
}

std::uint16_t Server::port() const {
    return shared_->listener.port();
}

std::size_t Server::connections() const {
    return shared_->service->connections;
}

RequestTotals Server::requests() const {
    return shared_->service->requests.totals();
}

std::vector<std::pair<std::string, RouteTotals>> Server::routes() const {
    return shared_->service->router->totals();
}

void Server::close() {
    shared_->listener.close();
    for (const auto& [executor, connections] : shared_->threads)
        asio::post(executor, [connections] {
            connections->closing = true;
            for (auto& connection : connections->list)
                connection.finish();
        });
}

}  // namespace tally::http
