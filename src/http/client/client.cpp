#include "http/client/client.hpp"

#include "http/client/response_parser.hpp"
#include "http/method.hpp"
#include "net/client_stream.hpp"
#include "net/resolve.hpp"

#include <algorithm>
#include <array>
#include <list>
#include <mutex>

namespace tally::http {
namespace {

constexpr std::size_t most_kept = 64;
constexpr std::chrono::seconds kept_for{20};

std::string origin_of(const Url& url) {
    return (url.secure ? "https://" : "http://") + url.authority();
}

std::string print(const ClientRequest& request, bool keep_alive) {
    auto text = fmt::format(
        "{} {} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n",
        name_of(request.method),
        request.url.target,
        request.url.authority(),
        request.body.size()
    );
    for (const auto& [name, value] : request.headers)
        text.append(name).append(": ").append(value).append("\r\n");
    text.append(keep_alive ? "\r\n" : "Connection: close\r\n\r\n").append(request.body);
    return text;
}

}  // namespace

struct Client::Connection {
    explicit Connection(const Executor& on) : executor(on), stream(on) {}

    /// A whole response. Errc::closed when nothing came of it.
    Task<> read(ResponseParser& parser);

    Executor executor;
    net::ClientStream stream;
    std::string origin{};
    bool reused = false;
    Instant kept_until{};
};

/// Idle connections; each is used again on its own thread alone.
class Client::Kept {
public:
    void keep(std::unique_ptr<Connection> connection) {
        const std::scoped_lock lock(mutex_);
        if (list_.size() >= most_kept) return;
        connection->kept_until = system_clock().monotonic() + kept_for;
        // An idle connection closes itself: its deadline goes on.
        connection->stream.finish_by(connection->kept_until);
        list_.push_back(std::move(connection));
    }

    std::unique_ptr<Connection> take(const Executor& executor, const std::string& origin) {
        const std::scoped_lock lock(mutex_);
        const auto now = system_clock().monotonic();
        const auto found = std::ranges::find_if(list_, [&](const auto& each) {
            return each->executor == executor && each->origin == origin && each->kept_until > now;
        });
        if (found == list_.end()) return nullptr;
        auto taken = std::move(*found);
        list_.erase(found);
        std::erase_if(list_, [&](const auto& each) {
            return each->executor == executor && each->kept_until <= now;
        });
        taken->reused = true;
        return taken;
    }

private:
    std::mutex mutex_;
    std::list<std::unique_ptr<Connection>> list_;
};

Client::Client(WorkerPool& names, Options options)
    : names_(names),
      options_(options),
      kept_(std::make_unique<Kept>()) {}

Client::~Client() = default;

Task<ClientResponse> Client::send(ClientRequest request) {
    const Executor executor = co_await asio::this_coro::executor;
    const auto deadline = system_clock().monotonic() + request.limits.total;
    if (auto kept = kept_->take(executor, origin_of(request.url))) {
        kept->stream.finish_by(deadline);
        auto response = co_await exchange(std::move(kept), request);
        // The server may have closed it while it was idle: then nothing of the request was taken.
        if (response || response.error().code != Errc::closed) co_return response;
    }
    CO_TRY(auto connection, co_await open(request, deadline));
    co_return co_await exchange(std::move(connection), request);
}

Task<std::unique_ptr<Client::Connection>> Client::open(const ClientRequest& request, Instant deadline) {
    const auto& [secure, host, port, target] = request.url;
    CO_TRY(auto addresses, co_await net::resolve(names_, host, request.limits.connect));
    if (!options_.allow_private)
        std::erase_if(addresses, [](const auto& address) { return !net::is_public(address); });
    if (addresses.empty()) co_return fail(Errc::refused, "the host is in a private network");
    auto connection = std::make_unique<Connection>(co_await asio::this_coro::executor);
    connection->origin = origin_of(request.url);
    connection->stream.finish_by(deadline);
    auto connected = co_await connection->stream.connect(addresses, port, request.limits.connect);
    if (connected && secure) connected = co_await connection->stream.secure(host);
    if (!connected) co_return std::unexpected(std::move(connected).error());
    co_return connection;
}

Task<> Client::Connection::read(ResponseParser& parser) {
    std::array<char, 16 * 1024> buffer{};
    for (bool complete = false; !complete;) {
        const auto size = co_await stream.read_some(asio::buffer(buffer));
        if (!size && size.error().code != Errc::closed) co_return std::unexpected(size.error());
        if (size) {
            CO_TRY(complete, parser.feed({buffer.data(), *size}));
            continue;
        }
        const auto error = parser.has_started() ? Errc::truncated : Errc::closed;
        const auto ended = parser.end();
        if (!ended) co_return fail(error, ended.error().context);
        complete = true;
    }
    co_return Result<>();
}

Task<ClientResponse> Client::exchange(std::unique_ptr<Connection> connection, const ClientRequest& request) {
    const auto text = print(request, options_.keep_alive);
    if (auto sent = co_await connection->stream.write(text); !sent) {
        auto error = std::move(sent).error();
        if (connection->reused && error.code == Errc::io) error.code = Errc::closed;
        co_return std::unexpected(std::move(error));
    }
    ResponseParser parser(request.limits.response_bytes);
    if (auto read = co_await connection->read(parser); !read)
        co_return std::unexpected(std::move(read).error());
    const bool reusable = options_.keep_alive && parser.keep_alive();
    auto response = parser.take();
    if (reusable) kept_->keep(std::move(connection));
    co_return response;
}

}  // namespace tally::http
