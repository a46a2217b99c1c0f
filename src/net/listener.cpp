#include "net/listener.hpp"

#include "base/log.hpp"
#include "net/signal.hpp"
#include "net/spawn.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <memory>

namespace tally::net {
namespace {

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

Result<std::shared_ptr<Acceptor>> bind_to(const Executor& executor, const Endpoint& endpoint) {
    auto acceptor = std::make_shared<Acceptor>(executor);
    const auto what = fmt::format("listen on {}:{}", endpoint.address().to_string(), endpoint.port());
    boost::system::error_code error;
    acceptor->open(endpoint.protocol(), error);
    if (!error) acceptor->set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor->set_option(ReusePort(true), error);
    if (!error) acceptor->bind(endpoint, error);
    if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
    if (error) return std::unexpected(io_error(error, what));
    return acceptor;
}

/// SO_REUSEPORT would let a second server share the port in silence: ask without it first.
Result<void> check_free(const Executor& executor, const Endpoint& endpoint) {
    if (endpoint.port() == 0) return {};
    Acceptor probe(executor);
    boost::system::error_code error;
    probe.open(endpoint.protocol(), error);
    if (!error) probe.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) probe.bind(endpoint, error);
    if (!error) probe.listen(1, error);
    if (!error) return {};
    return std::unexpected(
        io_error(error, fmt::format("port {} on {}", endpoint.port(), endpoint.address().to_string()))
    );
}

Async<> accept_loop(std::shared_ptr<Acceptor> acceptor, std::shared_ptr<const OnAccept> on_accept) {
    while (acceptor->is_open()) {
        auto [error, socket] = co_await acceptor->async_accept(as_result);
        if (!error) {
            (*on_accept)(std::move(socket));
        } else if (error != asio::error::operation_aborted && error != asio::error::connection_aborted) {
            // Out of file descriptors: the pending connection stays in the backlog until some are free.
            log::warn("accept failed", {{"error", error.message()}});
            Timer pause(acceptor->get_executor(), std::chrono::milliseconds(100));
            co_await pause.async_wait(as_result);
        }
    }
}

}  // namespace

Result<Listener> Listener::open(
    const std::vector<Executor>& executors, const std::string& address, std::uint16_t port, OnAccept on_accept
) {
    boost::system::error_code error;
    const auto ip = asio::ip::make_address(address, error);
    if (error) return fail(Errc::malformed, fmt::format("\"{}\" is not an IP address", address));
    if (auto free = check_free(executors.front(), {ip, port}); !free) return std::unexpected(free.error());

    Listener listener;
    listener.port_ = port;
    const auto handler = std::make_shared<const OnAccept>(std::move(on_accept));
    for (const auto& executor : executors) {
        TRY(auto acceptor, bind_to(executor, {ip, listener.port_}));
        listener.port_ = acceptor->local_endpoint().port();
        listener.acceptors_.push_back(acceptor);
    }
    for (const auto& acceptor : listener.acceptors_)
        spawn(acceptor->get_executor(), "accept", accept_loop(acceptor, handler));
    return listener;
}

void Listener::close() {
    for (const auto& acceptor : acceptors_)
        asio::post(acceptor->get_executor(), [acceptor] {
            boost::system::error_code ignored;
            acceptor->close(ignored);
        });
}

std::string peer_name(const Socket& socket) {
    boost::system::error_code error;
    const auto peer = socket.remote_endpoint(error);
    if (error) return "?";
    const auto address = peer.address().to_string();
    return peer.address().is_v6() ? fmt::format("[{}]:{}", address, peer.port())
                                  : fmt::format("{}:{}", address, peer.port());
}

}  // namespace tally::net
