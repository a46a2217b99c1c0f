#include "http/websocket/web_socket_connection.hpp"

#include "base/log.hpp"
#include "http/websocket/web_socket_frames.hpp"
#include "net/spawn.hpp"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>

namespace tally::http {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

constexpr std::size_t most_waiting_messages = 16;
/// For the other side's part of closing.
constexpr std::chrono::seconds closing_time{2};

}  // namespace

struct WebSocketConnection::Stream {
    explicit Stream(net::Socket& socket) : frames(socket) {}

    WebSocketFrames frames;
    beast::flat_buffer buffer;
};

WebSocketConnection::WebSocketConnection(net::Socket& socket, const Limits& limits)
    : socket_(socket),
      limits_(limits),
      stream_(std::make_unique<Stream>(socket)),
      room_(socket.get_executor()),
      ended_(socket.get_executor()),
      heard_(system_clock().monotonic()) {
    auto& frames = stream_->frames;
    frames.read_message_max(limits_.message_bytes);
    frames.text(true);
    frames.auto_fragment(false);
    frames.control_callback([this](websocket::frame_type, beast::string_view) {
        heard_ = system_clock().monotonic();
    });
}

WebSocketConnection::~WebSocketConnection() = default;

Async<> WebSocketConnection::run(const Request& request, const Headers& headers, const WebSocketWork& work) {
    const bool accepted = co_await accept(request, headers);
    if (!accepted) co_return;
    reading_ = true;
    net::spawn(socket_.get_executor(), "web socket", read());
    co_await work_on(work);
    while (reading_) {
        inbox_.clear();
        room_.notify();
        co_await ended_.wait();
    }
}

Async<> WebSocketConnection::work_on(const WebSocketWork& work) {
    std::string failure;
    try {
        co_await work(*this);
    } catch (const std::exception& error) {
        failure = error.what();
    }
    told_ = [] {};  // what is told of may be gone with the work
    if (failure.empty()) co_return co_await close(close_code::normal, "");
    log::error("web socket failed", {{"error", failure}});
    co_await close(close_code::internal_error, "the server failed; the cause is in its log");
}

Async<bool> WebSocketConnection::accept(const Request& request, const Headers& headers) {
    send_deadline_ = system_clock().monotonic() + limits_.write_stall;
    const bool accepted = co_await accept_web_socket(stream_->frames, request, headers);
    send_deadline_ = Instant::max();
    co_return accepted;
}

/// Until the socket is closed, by whom ever.
Async<> WebSocketConnection::read() {
    while (co_await read_message())
        while (inbox_.size() >= most_waiting_messages && !over_)
            co_await room_.wait();
    over_ = true;
    reading_ = false;
    told_();
    ended_.notify();
}

Async<bool> WebSocketConnection::read_message() {
    auto& buffer = stream_->buffer;
    const auto [error, size] = co_await stream_->frames.async_read(buffer, as_result);
    if (error) co_return false;
    heard_ = system_clock().monotonic();
    if (!stream_->frames.got_text()) {
        co_await close(close_code::not_text, "messages are text");
        co_return true;
    }
    if (!over_) {
        inbox_.push_back(beast::buffers_to_string(buffer.data()));
        told_();
    }
    buffer.consume(size);
    co_return true;
}

std::optional<std::string> WebSocketConnection::take() {
    if (inbox_.empty()) return std::nullopt;
    auto message = std::move(inbox_.front());
    inbox_.pop_front();
    room_.notify();
    return message;
}

Async<bool> WebSocketConnection::send(std::string_view text) {
    if (over_) co_return false;
    send_deadline_ = system_clock().monotonic() + limits_.write_stall;
    const auto [error, size] = co_await stream_->frames.async_write(asio::buffer(text), as_result);
    send_deadline_ = Instant::max();
    if (slow_) co_await close(close_code::policy, "messages were not taken in time");
    co_return !error && !over_;
}

Async<> WebSocketConnection::close(std::uint16_t code, std::string_view reason) {
    if (std::exchange(over_, true)) co_return;
    told_();
    close_deadline_ = system_clock().monotonic() + closing_time;
    const websocket::close_reason frame(
        static_cast<websocket::close_code>(code), beast::string_view(reason.data(), reason.size())
    );
    co_await stream_->frames.async_close(frame, as_result);
}

void WebSocketConnection::check(Instant now) {
    if (now >= close_deadline_) return drop();
    check_sending(now);
    if (over_) return;
    if (now - heard_ >= 2 * limits_.ping) return drop();
    if (now - heard_ >= limits_.ping && !*pinging_) ping();
}

/// Who takes the rest after all is told why it is closed.
void WebSocketConnection::check_sending(Instant now) {
    if (now < send_deadline_) return;
    if (slow_) return drop();
    slow_ = true;
    send_deadline_ = now + closing_time;
}

void WebSocketConnection::ping() {
    *pinging_ = true;
    stream_->frames.async_ping({}, [pinging = pinging_](boost::system::error_code) { *pinging = false; });
}

/// Everything under way fails.
void WebSocketConnection::drop() {
    over_ = true;
    send_deadline_ = close_deadline_ = Instant::max();
    boost::system::error_code ignored;
    socket_.close(ignored);
    told_();
}

}  // namespace tally::http
