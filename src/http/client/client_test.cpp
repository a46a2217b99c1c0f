#include "http/client/client.hpp"

#include "http/client/response_parser.hpp"
#include "http/test_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read_until.hpp>

namespace tally::http::test {
namespace {

using std::chrono::milliseconds;

WorkerPool& names() {
    static WorkerPool pool("names", 1, 16);
    return pool;
}

/// Calls one after another, on a thread of its own as long as they last.
class Caller {
public:
    explicit Caller(http::Client::Options options = {.allow_private = true}) : client_(names(), options) {}

    Result<ClientResponse> call(const std::string& url, ClientLimits limits = {}, std::string body = {}) {
        std::optional<Result<ClientResponse>> outcome;
        auto parsed = parse_url(url);
        REQUIRE(parsed);
        ClientRequest request{
            .method = body.empty() ? Method::get : Method::post,
            .url = *parsed,
            .body = body,
            .limits = limits
        };
        asio::co_spawn(
            context_,
            client_.send(std::move(request)),
            [&](std::exception_ptr, Result<ClientResponse> given) {
                outcome = std::move(given);
                context_.stop();
            }
        );
        context_.restart();
        context_.run();
        return *std::move(outcome);
    }

private:
    asio::io_context context_;
    http::Client client_;
};

std::shared_ptr<Router> peer_router(std::shared_ptr<std::atomic<int>> called = nullptr) {
    auto router = std::make_shared<Router>();
    router->add(Method::post, "/echo", [called](const Request& request) -> Async<Response> {
        if (called) ++*called;
        Response response{.status = 201, .headers = {}, .body = std::string(request.body)};
        response.headers.add("X-Host", request.header("Host"));
        co_return response;
    });
    router->add(Method::get, "/large", [](const Request&) -> Async<Response> {
        co_return Response{.status = 200, .headers = {}, .body = std::string(100'000, 'x')};
    });
    router->add(Method::get, "/moved", [](const Request&) -> Async<Response> {
        Response response{.status = 302, .headers = {}, .body = {}};
        response.headers.add("Location", "/large");
        co_return response;
    });
    router->add(Method::get, "/pieces", [](const Request&) -> Async<Response> {
        co_return Response{.status = 200, .headers = {}, .body = [](BodyWriter& writer) -> Async<> {
                               for (int i = 0; i < 3; ++i)
                                   co_await writer.write(std::make_shared<const Bytes>(Bytes{'a', 'b'}));
                           }};
    });
    return router;
}

std::string url_of(TestServer& server, std::string_view path) {
    return fmt::format("http://127.0.0.1:{}{}", server.server().port(), path);
}

TEST_CASE("a request arrives and its answer comes back, whatever its status") {
    TestServer server(peer_router());
    Caller caller;
    const auto response = caller.call(url_of(server, "/echo"), {}, R"({"a":1})");
    REQUIRE(response);
    CHECK(response->status == 201);
    CHECK(response->body == R"({"a":1})");
    CHECK(response->headers.get("x-host") == fmt::format("127.0.0.1:{}", server.server().port()));
    CHECK(caller.call(url_of(server, "/nothing"))->status == 404);
    CHECK(caller.call(url_of(server, "/pieces"))->body == "ababab");
}

TEST_CASE("a redirect is an answer like any other") {
    TestServer server(peer_router());
    CHECK(Caller().call(url_of(server, "/moved"))->status == 302);
}

TEST_CASE("an answer over the bound is refused") {
    TestServer server(peer_router());
    const auto response = Caller().call(url_of(server, "/large"), {.response_bytes = 1000});
    REQUIRE_FALSE(response);
    CHECK(response.error().code == Errc::too_large);
}

TEST_CASE("private addresses are refused unless allowed") {
    TestServer server(peer_router());
    Caller guarded(http::Client::Options{});
    for (const auto& url :
         {url_of(server, "/large"),
          std::string("http://[::ffff:127.0.0.1]:1/"),
          std::string("http://localhost:1/")}) {
        const auto response = guarded.call(url);
        REQUIRE_FALSE(response);
        CHECK(response.error().code == Errc::refused);
    }
}

TEST_CASE("a server that never answers is given up in time") {
    asio::io_context context;
    asio::ip::tcp::acceptor silent(context, {asio::ip::make_address("127.0.0.1"), 0});
    const auto url = fmt::format("http://127.0.0.1:{}/", silent.local_endpoint().port());
    const auto response = Caller().call(url, {.total = milliseconds(50)});
    REQUIRE_FALSE(response);
    CHECK(response.error().code == Errc::timed_out);
}

TEST_CASE("a connection is used again where that is asked for") {
    const auto called = std::make_shared<std::atomic<int>>(0);
    TestServer server(peer_router(called));
    Caller caller({.allow_private = true, .keep_alive = true});
    for (int i = 1; i <= 3; ++i) {
        const auto response = caller.call(url_of(server, "/echo"), {}, "x");
        REQUIRE(response);
        CHECK(response->status == 201);
        CHECK(*called == i);
    }
}

TEST_CASE("a kept connection that the server has closed is replaced") {
    asio::io_context context;
    asio::ip::tcp::acceptor acceptor(context, {asio::ip::make_address("127.0.0.1"), 0});
    std::thread server([&] {
        for (int i = 0; i < 2; ++i) {
            auto socket = acceptor.accept();
            std::string received;
            asio::read_until(socket, asio::dynamic_buffer(received), "\r\n\r\n");
            asio::write(socket, asio::buffer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 40));
        }
    });
    Caller caller({.allow_private = true, .keep_alive = true});
    const auto url = fmt::format("http://127.0.0.1:{}/", acceptor.local_endpoint().port());
    for (int i = 0; i < 2; ++i) {
        const auto response = caller.call(url);
        REQUIRE(response);
        CHECK(response->body == "ok");
    }
    server.join();
}

TEST_CASE("an address is taken apart, or refused") {
    const auto url = parse_url("https://example.com/hooks/a?x=1#part");
    REQUIRE(url);
    CHECK(url->secure);
    CHECK(url->host == "example.com");
    CHECK(url->port == 443);
    CHECK(url->target == "/hooks/a?x=1");
    CHECK(url->authority() == "example.com");
    CHECK(parse_url("http://[::1]:8080")->authority() == "[::1]:8080");
    CHECK(parse_url("http://[::1]:8080")->target == "/");
    for (const auto* wrong :
         {"", "example.com", "ftp://x/", "http://", "http://u:p@x/", "http://x:0/", "http://x/\r\nA: b"})
        CHECK_FALSE(parse_url(wrong));
}

TEST_CASE("responses are read from any pieces, and nothing behind them") {
    const std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nA: b\r\n\r\nhello";
    for (std::size_t size = 1; size <= text.size(); ++size) {
        ResponseParser parser(100);
        bool complete = false;
        for (std::size_t i = 0; i < text.size(); i += size) {
            const auto fed = parser.feed(std::string_view(text).substr(i, size));
            REQUIRE(fed);
            complete = *fed;
        }
        CHECK(complete);
        CHECK(parser.keep_alive());
        CHECK(parser.take().body == "hello");
    }
    CHECK_FALSE(ResponseParser(100).feed(text + "HTTP"));
    CHECK_FALSE(ResponseParser(100).feed("no HTTP at all\r\n\r\n"));
}

}  // namespace
}  // namespace tally::http::test
