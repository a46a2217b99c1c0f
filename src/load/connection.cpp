#include "load/connection.hpp"

#include "http/client/response_parser.hpp"

#include <charconv>

namespace tally::load {
namespace {

constexpr std::chrono::seconds patience{15};
constexpr std::size_t most_body = 64 * 1024 * 1024;
constexpr std::size_t read_size = 32 * 1024;

std::optional<std::chrono::seconds> seconds_in(std::string_view text) {
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    constexpr int most = 3600;
    if (error != std::errc() || seconds < 1 || seconds > most) return std::nullopt;
    return std::chrono::seconds(seconds);
}

std::string print(
    std::string_view authority, std::string_view target, const std::optional<std::string>& text
) {
    auto request = fmt::format(
        "{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: tally-load/0.1\r\n",
        text ? "POST" : "GET",
        target,
        authority
    );
    if (!text) return request + "\r\n";
    return request +
           fmt::format("Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{}", text->size(), *text);
}

}  // namespace

/// A request; a POST when there is a text.
struct Connection::Ask {
    std::string target;
    std::optional<std::string> text;
};

Connection::Connection(Executor executor, Server server)
    : executor_(std::move(executor)),
      server_(std::move(server)) {}

Task<> Connection::connect() {
    stream_ = std::make_unique<net::ClientStream>(executor_);
    stream_->finish_by(system_clock().monotonic() + patience);
    auto connected =
        co_await stream_->connect({server_.endpoint.address()}, server_.endpoint.port(), patience);
    if (!connected) stream_.reset();
    co_return connected;
}

Task<Answer> Connection::exchange(const Ask& ask) {
    stream_->finish_by(system_clock().monotonic() + patience);
    if (auto sent = co_await stream_->write(print(server_.authority, ask.target, ask.text)); !sent)
        co_return std::unexpected(std::move(sent).error());
    http::ResponseParser parser(most_body);
    std::string buffer(read_size, '\0');
    for (bool complete = false; !complete;) {
        const auto size = co_await stream_->read_some(asio::buffer(buffer));
        if (!size && size.error().code != Errc::closed) co_return std::unexpected(size.error());
        CO_TRY(complete, size ? parser.feed({buffer.data(), *size}) : parser.end());
    }
    stream_->finish_by(Instant::max());
    const bool kept = parser.keep_alive();
    auto response = parser.take();
    if (!kept) stream_.reset();
    co_return Answer{
        response.status, std::move(response.body), seconds_in(response.headers.get("Stream-Heartbeat"))
    };
}

Task<Answer> Connection::get(std::string target) {
    return exchange_or_reconnect({std::move(target), std::nullopt});
}

Task<Answer> Connection::post(std::string target, std::string text) {
    return exchange_or_reconnect({std::move(target), std::move(text)});
}

Task<Answer> Connection::exchange_or_reconnect(Ask ask) {
    const bool was_kept = stream_ != nullptr;
    if (!was_kept)
        if (auto connected = co_await connect(); !connected) co_return std::unexpected(connected.error());
    auto answer = co_await exchange(ask);
    if (answer) co_return answer;
    stream_.reset();
    if (!was_kept || answer.error().code == Errc::timed_out) co_return answer;
    // A kept connection may have been closed at the server's leisure.
    if (auto connected = co_await connect(); !connected) co_return std::unexpected(connected.error());
    answer = co_await exchange(ask);
    if (!answer) stream_.reset();
    co_return answer;
}

}  // namespace tally::load
