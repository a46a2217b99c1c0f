#include "http/connection.hpp"

#include "base/log.hpp"
#include "http/access_log.hpp"
#include "http/head.hpp"
#include "http/websocket/web_socket_connection.hpp"

#include <boost/asio/ip/tcp.hpp>

namespace tally::http {
namespace {

constexpr std::size_t source_piece = 256 * 1024;
constexpr std::chrono::seconds drain_time{2};

void consume(std::array<asio::const_buffer, 3>& buffers, std::size_t size) {
    for (auto& buffer : buffers) {
        const auto part = std::min(size, buffer.size());
        buffer += part;
        size -= part;
    }
}

/// The part of a body in memory that is sent.
asio::const_buffer part_of(const Answer& answer) {
    if (!answer.send_body || !answer.length) return {};
    const auto cut = [&](const auto& bytes) {
        return asio::buffer(bytes.data() + answer.offset, static_cast<std::size_t>(*answer.length));
    };
    if (const auto* text = std::get_if<std::string>(&answer.response.body)) return cut(*text);
    if (const auto* bytes = std::get_if<SharedBytes>(&answer.response.body); bytes != nullptr && *bytes)
        return cut(**bytes);
    return {};
}

}  // namespace

/// Writes pieces as chunks (RFC 9112 7.1); to HTTP/1.0 as they are.
class Connection::StreamWriter final : public BodyWriter {
public:
    StreamWriter(Connection& connection, bool chunked) : connection_(connection), chunked_(chunked) {}

    Async<bool> write(SharedBytes piece) override {
        if (piece->empty() || !alive_) co_return alive_;
        size_line_ = fmt::format("{:x}\r\n", piece->size());
        alive_ = chunked_ ? co_await connection_.write(
                                {asio::buffer(size_line_), asio::buffer(*piece), asio::buffer("\r\n", 2)}
                            )
                          : co_await connection_.write({asio::buffer(*piece)});
        co_return alive_;
    }

    Async<bool> finish() {
        if (alive_ && chunked_) alive_ = co_await connection_.write({asio::buffer("0\r\n\r\n", 5)});
        co_return alive_;
    }

private:
    Connection& connection_;
    std::string size_line_;
    bool chunked_;
    bool alive_ = true;
};

Connection::Connection(net::Socket socket, std::shared_ptr<Service> service)
    : socket_(std::move(socket)),
      service_(std::move(service)),
      parser_(service_->limits) {
    boost::system::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    const auto endpoint = socket_.remote_endpoint(ignored);
    if (!ignored) peer_ = endpoint.address().to_string();
    ++service_->connections;
}

Connection::~Connection() {
    --service_->connections;
}

void Connection::check(Instant now) {
    if (web_socket_ != nullptr) return web_socket_->check(now);
    if (now < deadline_) return;
    deadline_ = Instant::max();
    expired_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Connection::finish() {
    finishing_ = true;
    boost::system::error_code ignored;
    if (between_requests_) socket_.cancel(ignored);
}

Async<> Connection::run() {
    while (co_await receive())
        if (!co_await respond()) co_return;
}

/// Waits for the next request; false when there is none to answer any more.
Async<bool> Connection::receive() {
    auto state = parser_.next();
    between_requests_ = !parser_.has_started();
    wait_at_most(between_requests_ ? service_->limits.idle : service_->limits.request);
    while (state == RequestParser::State::incomplete) {
        if (finishing_ && between_requests_) co_return false;
        if (parser_.take_expectation() &&
            !co_await write({asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25)}))
            co_return false;
        const auto read = co_await read_more();
        if (!read) co_return false;
        state = *read;
    }
    between_requests_ = false;
    deadline_ = Instant::max();
    if (state == RequestParser::State::complete) co_return true;
    co_await send_problem(parser_.refusal());
    co_return false;
}

/// Empty when the client is gone, or has not sent its request in time and was told so.
Async<std::optional<RequestParser::State>> Connection::read_more() {
    auto [error, size] = co_await socket_.async_read_some(parser_.space(), as_result);
    if (!error) {
        const auto state = parser_.received(size);
        const bool begins = std::exchange(between_requests_, !parser_.has_started()) && !between_requests_;
        if (begins && state == RequestParser::State::incomplete) wait_at_most(service_->limits.request);
        co_return state;
    }
    if (expired_ && !between_requests_)
        co_await send_problem(
            {.status = 408, .code = "request_timeout", .detail = "The request did not arrive in time."}
        );
    co_return std::nullopt;
}

/// False when the connection is over.
Async<bool> Connection::respond() {
    auto& request = parser_.request();
    request.peer = service_->router->client(peer_, parser_.last_header("X-Forwarded-For"));
    const auto begun = system_clock().monotonic();
    const auto logged = begin_access_line();
    auto answer = co_await http::answer(*service_->router, request);
    keep_alive_ = parser_.keep_alive() && !finishing_;
    bool sent = co_await send(answer);
    if (unreadable_) {
        refuse_unreadable(answer);
        sent = co_await send(answer);
    }
    count(answer, begun);
    if (logged) write_access_line(*logged, request, answer);
    if (sent && !keep_alive_) co_await drain();
    co_return sent&& keep_alive_;
}

Async<bool> Connection::send(const Answer& answer) {
    const auto& body = answer.response.body;
    if (const auto* work = std::get_if<WebSocketWork>(&body)) {
        co_await send_upgrade(answer, *work);
        co_return false;
    }
    if (answer.send_body) {
        if (const auto* source = std::get_if<std::shared_ptr<const ByteSource>>(&body))
            co_return co_await send_source(answer, *source);
        if (const auto* stream = std::get_if<BodyStream>(&body))
            co_return co_await send_stream(answer, *stream);
    }
    write_head(head_, answer, parser_.request(), {.keep_alive = keep_alive_});
    co_return co_await write({asio::buffer(head_), part_of(answer)});
}

/// Nothing of the answer is sent yet: this one takes its place.
void Connection::refuse_unreadable(Answer& answer) {
    auto* const counts = answer.counts;
    answer = refusal(
        {.status = 503,
         .code = "storage_unavailable",
         .detail = "The stored bytes cannot be read now.",
         .retry_after = 1},
        parser_.request()
    );
    answer.counts = counts;
    keep_alive_ = false;
}

/// A busy or failing disk is a 503 while nothing is sent yet; later it cuts the connection, and the client
/// asks for the range that it lacks.
Async<bool> Connection::send_source(const Answer& answer, const std::shared_ptr<const ByteSource>& source) {
    write_head(head_, answer, parser_.request(), {.keep_alive = keep_alive_});
    asio::const_buffer head = asio::buffer(head_);
    auto offset = answer.offset;
    const auto end = offset + *answer.length;
    do {
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(source_piece, end - offset));
        const auto piece =
            co_await service_->disk.run([source, offset, size] { return source->read(offset, size); });
        if (!piece || piece->size() != size) {
            log::warn(
                "body not readable",
                {{"path", parser_.request().path}, {"error", piece ? "short read" : piece.error().context}}
            );
            unreadable_ = head.size() > 0;
            co_return false;
        }
        const bool written = co_await write({std::exchange(head, {}), asio::buffer(*piece)});
        if (!written) co_return false;
        offset += size;
    } while (offset < end);
    co_return true;
}

Async<bool> Connection::send_stream(const Answer& answer, const BodyStream& stream) {
    const bool chunked = parser_.knows_chunks();
    if (!chunked) keep_alive_ = false;
    write_head(head_, answer, parser_.request(), {.keep_alive = keep_alive_, .chunked = chunked});
    const bool written = co_await write({asio::buffer(head_)});
    if (!written) co_return false;
    StreamWriter writer(*this, chunked);
    co_await stream(writer);
    co_return co_await writer.finish();
}

/// The connection ends with its WebSocket. Frames that did not wait for the answer would be lost.
Async<> Connection::send_upgrade(const Answer& answer, const WebSocketWork& work) {
    if (!parser_.may_upgrade()) {
        co_await send_problem(
            {.status = 400,
             .code = "malformed_handshake",
             .detail = "The handshake must be HTTP/1.1, have no body, and nothing may follow it yet."}
        );
        co_return;
    }
    WebSocketConnection web_socket(socket_, service_->limits);
    web_socket_ = &web_socket;
    co_await web_socket.run(parser_.request(), answer.response.headers, work);
    web_socket_ = nullptr;
}

/// The answer to what cannot be understood or served; the connection ends with it.
Async<bool> Connection::send_problem(Problem problem) {
    keep_alive_ = false;
    parser_.request().peer = peer_;
    const auto begun = system_clock().monotonic();
    const auto logged = begin_access_line();
    const auto answer = refusal(problem, parser_.request());
    const bool sent = co_await send(answer);
    count(answer, begun);
    if (logged) write_access_line(*logged, parser_.request(), answer);
    if (sent) co_await drain();
    co_return false;
}

void Connection::count(const Answer& answer, Instant begun) {
    const std::chrono::nanoseconds taken = system_clock().monotonic() - begun;
    service_->requests.add(answer.response.status, taken, answer.send_body ? answer.length.value_or(0) : 0);
    if (answer.counts != nullptr) answer.counts->add(answer.response.status, taken);
}

Async<bool> Connection::write(Buffers buffers) {
    while (asio::buffer_size(buffers) > 0) {
        boost::system::error_code error;
        auto size = socket_.write_some(buffers, error);
        if (error == asio::error::would_block) {
            const auto outer = deadline_;
            wait_at_most(service_->limits.write_stall);
            std::tie(error, size) = co_await socket_.async_write_some(buffers, as_result);
            deadline_ = outer;
        }
        if (error) co_return false;
        consume(buffers, size);
    }
    co_return true;
}

/// Closing with bytes unread would reset the connection, and the client could lose the answer (RFC 9112 9.6).
Async<> Connection::drain() {
    boost::system::error_code error;
    socket_.shutdown(net::Socket::shutdown_send, error);
    wait_at_most(drain_time);
    expired_ = false;
    std::array<char, 4096> unread{};
    while (!error && !expired_)
        std::tie(error, std::ignore) = co_await socket_.async_read_some(asio::buffer(unread), as_result);
}

}  // namespace tally::http
