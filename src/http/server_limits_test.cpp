#include "http/test_server.hpp"

#include <doctest/doctest.h>

namespace tally::http {
namespace {

using test::RawClient;
using test::TestServer;

std::shared_ptr<const Router> big_body() {
    auto router = std::make_shared<Router>();
    const auto body = std::make_shared<const Bytes>(64'000'000);
    router->add(Method::get, "/big", [body](const Request&) -> Async<Response> {
        co_return Response{.status = 200, .headers = {}, .body = body};
    });
    return router;
}

bool wait_until(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!holds() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    return holds();
}

}  // namespace

TEST_CASE("what the server refuses to read is answered in JSON before it hangs up") {
    const TestServer server(big_body());

    struct Case {
        std::string request;
        unsigned status;
    };

    for (const auto& [request, status] :
         {Case{"\x16\x03\x01 this is TLS", 400},
          Case{"GET / HTTP/1.1\r\n\r\n", 400},
          Case{"GET /" + std::string(64 * 1024, 'a'), 414},
          Case{"GET / HTTP/1.1\r\nX: " + std::string(64 * 1024, 'a'), 431},
          Case{"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\nabc", 413}}) {
        RawClient client(server);
        client.send(request);
        const auto reply = client.read();
        CHECK(reply.status == status);
        CHECK(reply.header("Content-Type") == "application/problem+json");
        CHECK(reply.header("Connection") == "close");
        CHECK(client.is_closed());
    }
}

TEST_CASE("an endless chunked body ends with 413 while the client still sends") {
    const TestServer server(big_body());
    RawClient client(server);
    client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    const auto chunk = "4000\r\n" + std::string(0x4000, 'x') + "\r\n";
    for (int i = 0; i < 100 && client.send(chunk); ++i) {
    }
    CHECK(client.read().status == 413);
}

TEST_CASE("a request that arrives too slowly is answered 408, an idle connection is closed") {
    const TestServer server(
        big_body(), {.idle = std::chrono::seconds(1), .request = std::chrono::seconds(1)}
    );
    RawClient slow(server);
    slow.send("GET / HT");
    RawClient stuck_in_body(server);
    stuck_in_body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    RawClient idle(server);
    CHECK(slow.read().status == 408);
    CHECK(stuck_in_body.read().status == 408);
    CHECK(idle.is_closed());
}

TEST_CASE("a client that does not read its answer is dropped") {
    const TestServer server(big_body(), {.write_stall = std::chrono::seconds(1)});
    RawClient client(server);
    client.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\n");
    CHECK(wait_until([&] {
        char byte = 0;  // the server's reset is seen without reading the answer
        return send(client.socket().native_handle(), &byte, 1, MSG_NOSIGNAL) < 0;
    }));
}

TEST_CASE("connections over the limit are closed at once, and there is room again when others leave") {
    const TestServer server(big_body(), {.connections = 1});
    {
        RawClient first(server);
        CHECK(first.get("/nothing").status == 404);
        RawClient second(server);
        CHECK(second.is_closed());
    }
    CHECK(wait_until([&] { return RawClient(server).get("/nothing").status == 404; }));
}

}  // namespace tally::http
