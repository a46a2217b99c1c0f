// WebSockets on a real port, with Beast's client at the other end.
#include "http/websocket/web_socket.hpp"

#include "http/test_server.hpp"
#include "net/signal.hpp"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <poll.h>

namespace tally::http {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

using test::RawClient;
using test::TestServer;

constexpr std::string_view handshake_headers =
    "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

Handler upgrade_to(WebSocketWork work) {
    return [work = std::move(work)](const Request& request) -> Async<Response> {
        if (auto refusal = refuse_upgrade(request)) co_return *std::move(refusal);
        Response response{.status = 101, .headers = {}, .body = work};
        response.headers.add("RateLimit", "one");
        co_return response;
    };
}

std::shared_ptr<const Router> web_socket_router(WebSocketWork work) {
    auto router = std::make_shared<Router>();
    router->add(Method::get, "/ws", upgrade_to(std::move(work)));
    return router;
}

/// Waits for news of a socket.
struct SocketNews {
    explicit SocketNews(WebSocket& socket, const Executor& executor) : signal(executor) {
        socket.on_news([this] { signal.notify(); });
    }

    net::Signal signal;
};

Async<> echo_messages(WebSocket& socket) {
    SocketNews news(socket, co_await asio::this_coro::executor);
    while (socket.is_open()) {
        const auto message = socket.take();
        if (!message)
            co_await news.signal.wait();
        else if (*message == "close")
            co_await socket.close(close_code::restart, "until later");
        else if (*message == "throw")
            throw std::runtime_error("a bug");
        else
            co_await socket.send(*message);
    }
}

/// Never takes a message.
Async<> deaf(WebSocket& socket) {
    SocketNews news(socket, co_await asio::this_coro::executor);
    while (socket.is_open())
        co_await news.signal.wait();
}

/// After two pings and more.
Async<> say_late(WebSocket& socket) {
    net::Timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(2700));
    co_await timer.async_wait(as_result);
    co_await socket.send("late");
}

/// Sends as much as is taken.
Async<> flood(WebSocket& socket) {
    const std::string text(256 * 1024, 'x');
    while (co_await socket.send(text)) {
    }
}

/// Beast's own client.
class SocketClient {
public:
    explicit SocketClient(const TestServer& server) : tcp_(server) {
        boost::system::error_code error;
        frames_.handshake("localhost", "/ws", error);
        REQUIRE_MESSAGE(!error, error.message());
        frames_.control_callback([this](websocket::frame_type type, beast::string_view) {
            pings_ += type == websocket::frame_type::ping ? 1 : 0;
        });
    }

    boost::system::error_code send(std::string_view text, bool binary = false) {
        boost::system::error_code error;
        frames_.binary(binary);
        frames_.write(asio::buffer(text), error);
        return error;
    }

    /// Empty when it is closed.
    std::optional<std::string> read() {
        beast::flat_buffer buffer;
        boost::system::error_code error;
        frames_.read(buffer, error);
        if (error) return std::nullopt;
        return beast::buffers_to_string(buffer.data());
    }

    /// Skips what comes before it.
    websocket::close_reason read_close() {
        while (read()) {
        }
        return frames_.reason();
    }

    std::string echo(std::string_view text) {
        send(text);
        return read().value_or("closed");
    }

    int pings() const { return pings_; }

    int handle() { return tcp_.socket().native_handle(); }

private:
    test::RawClient tcp_;
    websocket::stream<asio::ip::tcp::socket&> frames_{tcp_.socket()};
    int pings_ = 0;
};

bool is_over(const TestServer& server) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    auto& connections = const_cast<TestServer&>(server).server();
    while (connections.connections() > 0 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return connections.connections() == 0;
}

}  // namespace

TEST_CASE("an upgrade is answered with the handshake of RFC 6455 section 1.3, and its handler's headers") {
    const TestServer server(web_socket_router(echo_messages));
    RawClient client(server);
    const auto reply = client.get("/ws", handshake_headers);
    CHECK(reply.status == 101);
    CHECK(reply.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    CHECK(reply.header("RateLimit") == "one");
    CHECK(reply.header("Server") == "Tally");
    CHECK_FALSE(reply.header("X-Request-Id").empty());
}

TEST_CASE("what cannot become a WebSocket is told why, and the connection goes on") {
    const TestServer server(web_socket_router(echo_messages));
    RawClient client(server);
    const auto without = [](std::string_view header) {
        std::string headers(handshake_headers);
        const auto at = headers.find(header);
        return headers.erase(at, headers.find("\r\n", at) + 2 - at);
    };
    for (const auto header : {"Connection", "Upgrade: ", "Sec-WebSocket-Version"}) {
        const auto reply = client.get("/ws", without(header));
        CHECK(reply.status == 426);
        CHECK(reply.header("Upgrade") == "websocket");
        CHECK(reply.header("Sec-WebSocket-Version") == "13");
        CHECK(reply.body.contains("upgrade_required"));
    }
    CHECK(client.get("/ws", without("Sec-WebSocket-Key")).body.contains("malformed_handshake"));
    const auto short_key = without("Sec-WebSocket-Key") + "Sec-WebSocket-Key: dGhlIHNhbXBsZQ==\r\n";
    CHECK(client.get("/ws", short_key).status == 400);
    client.send("HEAD /ws HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(client.read(true).status == 426);
    // Frames before the answer would be lost.
    client.send(fmt::format("GET /ws HTTP/1.1\r\nHost: x\r\n{}\r\n\x81", handshake_headers));
    CHECK(client.read().status == 400);
    CHECK(client.is_closed());
}

TEST_CASE("messages come and go in order, also many at once to a handler that lags") {
    const TestServer server(web_socket_router(echo_messages));
    SocketClient client(server);
    for (int i = 0; i < 200; ++i)
        client.send(std::to_string(i));
    for (int i = 0; i < 200; ++i)
        REQUIRE(client.read() == std::to_string(i));
}

TEST_CASE("a close says its code and reason, and ends the connection") {
    const TestServer server(web_socket_router(echo_messages));
    {
        SocketClient client(server);
        client.send("close");
        const auto reason = client.read_close();
        CHECK(reason.code == close_code::restart);
        CHECK(std::string_view(reason.reason.data(), reason.reason.size()) == "until later");
    }
    CHECK(is_over(server));
}

TEST_CASE("a handler that fails closes its own socket alone") {
    const TestServer server(web_socket_router(echo_messages));
    SocketClient other(server);
    SocketClient client(server);
    client.send("throw");
    CHECK(client.read_close().code == close_code::internal_error);
    CHECK(other.echo("still here") == "still here");
}

TEST_CASE("what a client may not send closes its socket with the code of RFC 6455 section 7.4.1") {
    const TestServer server(web_socket_router(echo_messages), {.message_bytes = 1000});
    const auto close_after = [&](std::string_view text, bool binary = false) {
        SocketClient client(server);
        CHECK(client.echo(std::string(1000, 'a')).size() == 1000);
        client.send(text, binary);
        return client.read_close().code;
    };
    CHECK(close_after(std::string(1001, 'a')) == websocket::close_code::too_big);
    CHECK(close_after("\xff\xfe") == websocket::close_code::bad_payload);
    CHECK(close_after("bytes", true) == close_code::not_text);
}

TEST_CASE("a client whose messages nobody takes has to wait, and costs no more than some of them") {
    const TestServer server(web_socket_router(deaf));
    SocketClient client(server);
    // RFC 6455 section 5.2: text, masked by zeros, 16 000 bytes.
    const std::string frame = std::string("\x81\xfe\x3e\x80\0\0\0\0", 8) + std::string(16'000, 'x');
    std::size_t sent = 0;
    pollfd room{.fd = client.handle(), .events = POLLOUT, .revents = 0};
    while (sent < 64'000'000 && poll(&room, 1, 500) > 0) {
        const auto size =
            ::send(room.fd, &frame[sent % frame.size()], frame.size() - sent % frame.size(), MSG_DONTWAIT);
        if (size > 0) sent += static_cast<std::size_t>(size);
    }
    CHECK(sent < 64'000'000);
}

TEST_CASE("a client that does not read is closed, and told so if it does after all") {
    const TestServer server(web_socket_router(flood), {.write_stall = std::chrono::seconds(1)});
    SocketClient client(server);
    SUBCASE("in time") {
        std::this_thread::sleep_for(std::chrono::milliseconds(1600));
        const auto reason = client.read_close();
        CHECK(reason.code == close_code::policy);
        CHECK(std::string_view(reason.reason.data(), reason.reason.size()).contains("in time"));
    }
    SUBCASE("never") {}
    CHECK(is_over(server));
}

TEST_CASE("a silent client is pinged, and stays as long as it answers") {
    const TestServer server(web_socket_router(say_late), {.ping = std::chrono::seconds(1)});
    SocketClient client(server);
    CHECK(client.read() == "late");
    CHECK(client.pings() > 0);
}

TEST_CASE("a client that does not answer pings is dropped") {
    const TestServer server(web_socket_router(deaf), {.ping = std::chrono::seconds(1)});
    const SocketClient client(server);
    CHECK(is_over(server));
}

}  // namespace tally::http
