// The WebSocket that an HTTP connection becomes: Beast's framing, and the bounds that keep a client from
// costing more than it may.
#pragma once

#include "base/clock.hpp"
#include "http/limits.hpp"
#include "http/websocket/web_socket.hpp"
#include "net/listener.hpp"
#include "net/signal.hpp"

#include <deque>
#include <memory>

namespace tally::http {

/// Lives on the connection's thread, as long as run() does. Waits have no timers: check() ends them.
class WebSocketConnection final : public WebSocket {
public:
    WebSocketConnection(net::Socket& socket, const Limits& limits);
    ~WebSocketConnection() override;
    WebSocketConnection(const WebSocketConnection&) = delete;
    WebSocketConnection& operator=(const WebSocketConnection&) = delete;

    /// Answers 101 with `headers`, then lets `work` use the socket; what it leaves open is closed. The
    /// request was not refused by refuse_upgrade().
    Async<> run(const Request& request, const Headers& headers, const WebSocketWork& work);
    /// Pings who is silent, drops who is dead, and ends what is past its time.
    void check(Instant now);

    bool is_open() const override { return !over_; }

    std::optional<std::string> take() override;

    void on_news(std::function<void()> told) override { told_ = std::move(told); }

    Async<bool> send(std::string_view text) override;
    Async<> close(std::uint16_t code, std::string_view reason) override;

private:
    struct Stream;

    Async<bool> accept(const Request& request, const Headers& headers);
    Async<> work_on(const WebSocketWork& work);
    Async<> read();
    Async<bool> read_message();
    void ping();
    void check_sending(Instant now);
    void drop();

    net::Socket& socket_;
    const Limits& limits_;
    std::unique_ptr<Stream> stream_;
    std::function<void()> told_ = [] {};
    std::deque<std::string> inbox_;
    net::Signal room_;   // in the inbox
    net::Signal ended_;  // reading has
    bool reading_ = false;
    bool over_ = false;  // nothing is sent any more but what closes it
    bool slow_ = false;
    Instant heard_;
    std::shared_ptr<bool> pinging_ = std::make_shared<bool>(false);
    Instant send_deadline_ = Instant::max();
    Instant close_deadline_ = Instant::max();
};

}  // namespace tally::http
