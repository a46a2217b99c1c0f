#include "net/client_stream.hpp"

#include "net/signal.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl.hpp>

#include <optional>

namespace tally::net {
namespace {

using TlsStream = asio::ssl::stream<Socket&>;

/// Reads the system's certificates once.
asio::ssl::context& trust() {
    static asio::ssl::context context = [] {
        asio::ssl::context made(asio::ssl::context::tls_client);
        made.set_default_verify_paths();
        made.set_verify_mode(asio::ssl::verify_peer);
        SSL_CTX_set_min_proto_version(made.native_handle(), TLS1_2_VERSION);
        return made;
    }();
    return context;
}

}  // namespace

/// Shared with the timer's handler, which may come late.
struct ClientStream::State {
    explicit State(const Executor& executor) : socket(executor), timer(executor) {}

    void expire() {
        expired = true;
        boost::system::error_code ignored;
        socket.close(ignored);
    }

    Error failure(const boost::system::error_code& error, std::string_view what) const {
        if (expired) return {Errc::timed_out, std::string(what) + ": no answer in time"};
        if (error == asio::error::eof || error == asio::ssl::error::stream_truncated)
            return {Errc::closed, std::string(what) + ": the peer closed the connection"};
        return io_error(error, what);
    }

    Socket socket;
    Timer timer;
    std::optional<TlsStream> tls;
    bool expired = false;
    Instant deadline = Instant::max();
};

namespace {

template <class State>
void watch(const std::shared_ptr<State>& state, Instant deadline) {
    state->timer.expires_at(deadline);
    state->timer.async_wait([state](const boost::system::error_code& cancelled) {
        if (!cancelled) state->expire();
    });
}

}  // namespace

ClientStream::ClientStream(const Executor& executor) : state_(std::make_shared<State>(executor)) {}

ClientStream::~ClientStream() {
    state_->timer.cancel();
    boost::system::error_code ignored;
    state_->socket.close(ignored);
}

void ClientStream::finish_by(Instant deadline) {
    state_->deadline = deadline;
    watch(state_, deadline);
}

Task<> ClientStream::connect(
    const std::vector<asio::ip::address>& addresses, std::uint16_t port, Milliseconds limit
) {
    boost::system::error_code error = asio::error::host_not_found;
    for (const auto& address : addresses) {
        const auto now = system_clock().monotonic();
        if (now >= state_->deadline) break;
        state_->expired = false;
        watch(state_, std::min<Instant>(state_->deadline, now + limit));
        std::tie(error) = co_await state_->socket.async_connect(Endpoint(address, port), as_result);
        if (error || state_->expired) {
            boost::system::error_code ignored;
            state_->socket.close(ignored);
            continue;
        }
        state_->socket.set_option(asio::ip::tcp::no_delay(true), error);
        watch(state_, state_->deadline);
        co_return Result<>{};
    }
    co_return std::unexpected(state_->failure(error, "connect"));
}

Task<> ClientStream::secure(std::string host) {
    auto& tls = state_->tls.emplace(state_->socket, trust());
    boost::system::error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    if (not_an_address) SSL_set_tlsext_host_name(tls.native_handle(), host.c_str());
    tls.set_verify_callback(asio::ssl::host_name_verification(host));
    const auto [error] = co_await tls.async_handshake(asio::ssl::stream_base::client, as_result);
    if (error) co_return std::unexpected(state_->failure(error, "TLS handshake"));
    co_return Result<>{};
}

Task<> ClientStream::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto buffer = asio::buffer(bytes.data(), bytes.size());
        const auto [error, size] = state_->tls ? co_await state_->tls->async_write_some(buffer, as_result)
                                               : co_await state_->socket.async_write_some(buffer, as_result);
        if (error) co_return std::unexpected(state_->failure(error, "send"));
        bytes.remove_prefix(size);
    }
    co_return Result<>{};
}

Task<std::size_t> ClientStream::read_some(asio::mutable_buffer to) {
    const auto [error, size] = state_->tls ? co_await state_->tls->async_read_some(to, as_result)
                                           : co_await state_->socket.async_read_some(to, as_result);
    if (error) co_return std::unexpected(state_->failure(error, "receive"));
    co_return size;
}

}  // namespace tally::net
