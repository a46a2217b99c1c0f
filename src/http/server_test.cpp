#include "http/server.hpp"

#include "http/test_server.hpp"

#include <doctest/doctest.h>

#include <future>

namespace tally::http {
namespace {

using test::RawClient;
using test::TestServer;

Handler fixed(Body body, std::string_view etag = {}) {
    return [body = std::move(body), etag](const Request&) -> Async<Response> {
        Response response{.status = 200, .headers = {}, .body = body};
        response.headers.add("Content-Type", "text/plain");
        if (!etag.empty()) response.headers.add("ETag", etag);
        co_return response;
    };
}

Async<Response> echo(const Request& request) {
    co_return Response{.status = 200, .headers = {}, .body = std::string(request.body)};
}

/// "0123456789" for ever.
class Digits final : public ByteSource {
public:
    explicit Digits(std::uint64_t size) : size_(size) {}

    std::uint64_t size() const override { return size_; }

    Result<Bytes> read(std::uint64_t offset, std::size_t size) const override {
        Bytes bytes(size);
        for (std::size_t i = 0; i < size; ++i)
            bytes[i] = static_cast<std::uint8_t>('0' + (offset + i) % 10);
        return bytes;
    }

private:
    std::uint64_t size_;
};

class Unreadable final : public ByteSource {
public:
    std::uint64_t size() const override { return 10; }

    Result<Bytes> read(std::uint64_t, std::size_t) const override { return fail(Errc::io, "disk on fire"); }
};

std::shared_ptr<const Router> make_router() {
    auto router = std::make_shared<Router>();
    router->add(Method::get, "/small", fixed(std::string("0123456789"), "\"v1\""));
    router->add(Method::get, "/big", fixed(std::make_shared<const Bytes>(8'000'000, 'x')));
    router->add(Method::get, "/digits", fixed(std::make_shared<const Digits>(5'000'003)));
    router->add(Method::get, "/empty", fixed(std::make_shared<const Digits>(0)));
    router->add(Method::get, "/unreadable", fixed(std::make_shared<const Unreadable>()));
    router->add(Method::post, "/echo", echo);
    router->add(Method::get, "/peer", [](const Request& request) -> Async<Response> {
        co_return Response{.status = 200, .headers = {}, .body = std::string(request.peer)};
    });
    router->trust(net::TrustedProxies::parse(std::vector<std::string>{"127.0.0.1"}).value());
    router->add(Method::get, "/throws", [](const Request&) -> Async<Response> {
        throw std::runtime_error("a bug");
        co_return Response{};
    });
    router->add(Method::get, "/stream", fixed(BodyStream([](BodyWriter& writer) -> Async<> {
                    for (const char* piece : {"one", "", "two"}) {
                        const auto text = bytes_of(piece);
                        co_await writer.write(std::make_shared<const Bytes>(text.begin(), text.end()));
                    }
                })));
    return router;
}

}  // namespace

TEST_CASE("behind a trusted proxy the peer is who the proxy says, on the last line that says it") {
    const TestServer server(make_router());
    RawClient client(server);
    CHECK(client.get("/peer").body == "127.0.0.1");
    CHECK(client.get("/peer", "X-Forwarded-For: 203.0.113.7\r\n").body == "203.0.113.7");
    const std::string spoofed = "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 203.0.113.7\r\n";
    CHECK(client.get("/peer", spoofed).body == "203.0.113.7");
}

TEST_CASE("requests follow one another on a kept connection") {
    const TestServer server(make_router());
    RawClient client(server);
    for (int i = 0; i < 3; ++i) {
        const auto reply = client.get("/small");
        CHECK(reply.status == 200);
        CHECK(reply.body == "0123456789");
        CHECK(reply.header("Access-Control-Allow-Origin") == "*");
        CHECK(reply.header("X-Request-Id").starts_with("req_"));
    }
    CHECK(client.get("/small", "Connection: close\r\n").header("Connection") == "close");
    CHECK(client.is_closed());
}

TEST_CASE("many requests in one packet are answered in order") {
    const TestServer server(make_router());
    RawClient client(server);
    std::string requests;
    for (int i = 0; i < 100; ++i)
        requests +=
            fmt::format("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", i < 10 ? 1 : 2, i);
    CHECK(client.send(requests + "GET /small HTTP/1.1\r\nHost: x\r\n\r\n"));
    for (int i = 0; i < 100; ++i)
        CHECK(client.read().body == std::to_string(i));
    CHECK(client.read().body == "0123456789");
}

TEST_CASE("a request that arrives byte by byte is one request") {
    const TestServer server(make_router());
    RawClient client(server);
    client.socket().set_option(asio::ip::tcp::no_delay(true));
    for (const char c :
         std::string_view("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n"))
        client.send({&c, 1});
    CHECK(client.read().body == "abcde");
    CHECK(client.get("/small").status == 200);
}

TEST_CASE("HEAD gives GET's headers and no body") {
    const TestServer server(make_router());
    RawClient client(server);
    client.send("HEAD /small HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto reply = client.read(true);
    CHECK(reply.header("Content-Length") == "10");
    CHECK(reply.header("ETag") == "\"v1\"");
    client.send("HEAD /digits HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(client.read(true).header("Content-Length") == "5000003");
    CHECK(client.get("/small").body == "0123456789");
}

TEST_CASE("a body of many megabytes from a source arrives whole, and by range") {
    const TestServer server(make_router());
    RawClient client(server);
    const auto whole = client.get("/digits");
    REQUIRE(whole.body.size() == 5'000'003);
    bool right = true;
    for (std::size_t i = 0; i < whole.body.size(); ++i)
        right = right && whole.body[i] == static_cast<char>('0' + i % 10);
    CHECK(right);
    const auto part = client.get("/digits", "Range: bytes=4999998-\r\n");
    CHECK(part.status == 206);
    CHECK(part.header("Content-Range") == "bytes 4999998-5000002/5000003");
    CHECK(part.body == "89012");
    CHECK(client.get("/empty").header("Content-Length") == "0");
    CHECK(client.get("/small").status == 200);
}

TEST_CASE("a body that cannot be read is a problem, not a broken answer, and counts as one") {
    TestServer server(make_router());
    RawClient client(server);
    const auto reply = client.get("/unreadable");
    CHECK(reply.status == 503);
    CHECK(reply.header("Retry-After") == "1");
    CHECK(reply.body.contains("storage_unavailable"));
    CHECK(client.is_closed());
    const auto routes = server.server().routes();
    REQUIRE(routes.size() == 1);
    CHECK(routes[0].second.classes == std::array<std::uint64_t, 5>{0, 0, 0, 0, 1});
    const auto totals = server.server().requests();
    for (std::size_t i = 0; i < totals.classes.size(); ++i) {
        const auto& durations = totals.classes[i].durations;
        CHECK(std::accumulate(durations.begin(), durations.end(), 0ULL) == (i == 4 ? 1 : 0));
    }
}

TEST_CASE("a stream is sent in chunks, and to HTTP/1.0 until the end of the connection") {
    const TestServer server(make_router());
    RawClient client(server);
    CHECK(client.get("/stream").body == "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
    CHECK(client.get("/small").status == 200);

    RawClient old(server);
    old.send("GET /stream HTTP/1.0\r\n\r\n");
    boost::system::error_code error;
    std::string all;
    asio::read(old.socket(), asio::dynamic_buffer(all), error);
    CHECK(all.ends_with("\r\n\r\nonetwo"));
    CHECK(all.contains("Connection: close"));
}

TEST_CASE("a handler that throws is a 500 and the connection goes on") {
    const TestServer server(make_router());
    RawClient client(server);
    const auto reply = client.get("/throws");
    CHECK(reply.status == 500);
    CHECK(reply.header("Content-Type") == "application/problem+json");
    CHECK(reply.body.contains("internal_error"));
    CHECK_FALSE(reply.body.contains("a bug"));
    CHECK(client.get("/small").status == 200);
}

TEST_CASE("the client that waits for leave to send its body gets it") {
    const TestServer server(make_router());
    RawClient client(server);
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.read().status == 100);
    CHECK(client.ask("hi").body == "hi");
}

TEST_CASE("a client that vanishes in the middle of a body does no harm") {
    const TestServer server(make_router());
    for (const auto* path : {"/big", "/digits"}) {
        RawClient client(server);
        client.socket().set_option(asio::socket_base::linger(true, 0));
        client.send(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", path));
        std::array<char, 100> some;
        CHECK(asio::read(client.socket(), asio::buffer(some)) == 100);
    }
    RawClient client(server);
    CHECK(client.get("/big").body.size() == 8'000'000);
}

TEST_CASE("closing ends idle connections and lets an answer under way finish") {
    auto router = std::make_shared<Router>();
    std::promise<void> started;
    std::promise<void> closed;
    WorkerPool worker("wait", 1, 1);
    router->add(Method::get, "/slow", [&](const Request&) -> Async<Response> {
        started.set_value();
        co_await worker.run([&]() -> Result<int> {
            closed.get_future().wait();
            return 0;
        });
        co_return Response{.status = 200, .headers = {}, .body = "done"};
    });
    TestServer server(router);
    RawClient idle(server);
    CHECK(idle.get("/nothing").status == 404);
    RawClient busy(server);
    busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    started.get_future().wait();
    server.server().close();
    CHECK(idle.is_closed());
    closed.set_value();
    const auto reply = busy.read();
    CHECK(reply.body == "done");
    CHECK(reply.header("Connection") == "close");
    CHECK(busy.is_closed());
}

}  // namespace tally::http
