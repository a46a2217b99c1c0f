#include "load/connection.hpp"

#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <charconv>

namespace tally::load {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::chrono::seconds patience{15};
constexpr std::uint64_t most_body = 64 * 1024 * 1024;
constexpr int version = 11;

std::optional<std::chrono::seconds> seconds_in(std::string_view text) {
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    constexpr int most = 3600;
    if (error != std::errc() || seconds < 1 || seconds > most) return std::nullopt;
    return std::chrono::seconds(seconds);
}

Error failure(const boost::system::error_code& code, std::string_view what) {
    if (code == beast::error::timeout) return {Errc::timed_out, fmt::format("{}: timed out", what)};
    return io_error(code, what);
}

}  // namespace

struct Connection::Wire {
    beast::basic_stream<asio::ip::tcp, Executor> stream;
    beast::flat_buffer buffer;
};

/// A request; a POST when there is a text.
struct Connection::Ask {
    std::string target;
    std::optional<std::string> text;
};

Connection::Connection(Executor executor, Server server)
    : executor_(std::move(executor)),
      server_(std::move(server)) {}

Connection::~Connection() = default;

Task<> Connection::connect() {
    wire_ =
        std::make_unique<Wire>(beast::basic_stream<asio::ip::tcp, Executor>(executor_), beast::flat_buffer());
    wire_->stream.expires_after(patience);
    const auto [error] = co_await wire_->stream.async_connect(server_.endpoint, as_result);
    if (!error) {
        wire_->stream.socket().set_option(asio::ip::tcp::no_delay(true));
        co_return Result<>{};
    }
    wire_.reset();
    co_return std::unexpected(failure(error, "connect"));
}

Task<Answer> Connection::exchange(const Ask& ask) {
    http::request<http::string_body> request(
        ask.text ? http::verb::post : http::verb::get, ask.target, version
    );
    request.set(http::field::host, server_.authority);
    request.set(http::field::user_agent, "tally-load/0.1");
    if (ask.text) {
        request.set(http::field::content_type, "text/plain");
        request.body() = *ask.text;
        request.prepare_payload();
    }
    wire_->stream.expires_after(patience);
    if (const auto [error, size] = co_await http::async_write(wire_->stream, request, as_result); error)
        co_return std::unexpected(failure(error, "send"));
    http::response_parser<http::string_body> parser;
    parser.body_limit(most_body);
    if (const auto [error, size] = co_await http::async_read(wire_->stream, wire_->buffer, parser, as_result);
        error)
        co_return std::unexpected(failure(error, "receive"));
    const bool kept = parser.keep_alive();
    auto& message = parser.get();
    Answer answer{message.result_int(), std::move(message.body()), seconds_in(message["Stream-Heartbeat"])};
    if (!kept) wire_.reset();
    co_return answer;
}

Task<Answer> Connection::get(std::string target) {
    return exchange_or_reconnect({std::move(target), std::nullopt});
}

Task<Answer> Connection::post(std::string target, std::string text) {
    return exchange_or_reconnect({std::move(target), std::move(text)});
}

Task<Answer> Connection::exchange_or_reconnect(Ask ask) {
    const bool was_kept = wire_ != nullptr;
    if (!was_kept)
        if (auto connected = co_await connect(); !connected) co_return std::unexpected(connected.error());
    auto answer = co_await exchange(ask);
    if (answer) co_return answer;
    wire_.reset();
    if (!was_kept || answer.error().code == Errc::timed_out) co_return answer;
    // A kept connection may have been closed at the server's leisure.
    if (auto connected = co_await connect(); !connected) co_return std::unexpected(connected.error());
    answer = co_await exchange(ask);
    if (!answer) wire_.reset();
    co_return answer;
}

}  // namespace tally::load
