#include "http/shared_answers.hpp"

#include "http/access.hpp"

#include <boost/asio/co_spawn.hpp>
#include <doctest/doctest.h>

namespace tally::http {
namespace {

using namespace std::chrono_literals;

/// Answers how often it was asked, and is asked by one client after another.
struct Counter {
    Response ask(
        std::string path = "/api/broadcasts/bc_1", std::string caller = "", std::string accept = ""
    ) {
        Request request;
        request.path = path;
        request.header = [&](std::string_view name) {
            return name == "Accept-Encoding" ? std::string_view(accept) : std::string_view();
        };
        if (!caller.empty()) {
            Caller known;
            known.id = caller;
            request.caller = std::make_shared<const Caller>(known);
        }
        Response given;
        asio::io_context context;
        asio::co_spawn(context, handler(request), [&](const std::exception_ptr&, Response response) {
            given = std::move(response);
        });
        context.run();
        return given;
    }

    ManualClock clock;
    std::uint64_t version = 1;
    int asked = 0;
    unsigned status = 200;
    bool polled = true;
    std::size_t padding = 0;
    SharedAnswers answers{clock, [this] { return version; }};
    Handler handler = answers.wrap([this](const Request&) -> Async<Response> {
        ++asked;
        Response response{.status = status, .headers = {}, .body = std::string(padding, ' ')};
        response.headers.set("Content-Type", "application/json");
        response.headers.set("ETag", "\"1\"");
        if (polled) response.headers.set("X-Poll-Interval", "5");
        co_return response;
    });
};

TEST_CASE("an answer is made once a second for all who ask") {
    Counter counter;
    for (int i = 0; i < 10; ++i)
        CHECK(counter.ask().headers.get("ETag") == "\"1\"");
    CHECK(counter.asked == 1);
    counter.clock.advance(1s);
    counter.ask();
    counter.ask();
    CHECK(counter.asked == 2);
}

TEST_CASE("near its end one client renews an answer, and the others still get the old one") {
    Counter counter;
    counter.ask();
    counter.clock.advance(800ms);
    counter.handler = counter.answers.wrap([&](const Request&) -> Async<Response> {
        ++counter.asked;
        co_return Response{.status = 500, .headers = {}, .body = {}};
    });
    CHECK(counter.ask().status == 500);
    CHECK(counter.ask().status == 200);
    CHECK(counter.asked == 2);
}

TEST_CASE("a change shows at once") {
    Counter counter;
    counter.ask();
    ++counter.version;
    counter.ask();
    CHECK(counter.asked == 2);
}

TEST_CASE("what changes while an answer is made does not stay behind it") {
    Counter counter;
    const auto changing = counter.answers.wrap([&](const Request& request) -> Async<Response> {
        ++counter.version;
        Response response{.status = 200, .headers = {}, .body = std::string(request.path)};
        response.headers.set("X-Poll-Interval", "5");
        ++counter.asked;
        co_return response;
    });
    counter.handler = changing;
    counter.ask();
    counter.ask();
    CHECK(counter.asked == 2);
}

TEST_CASE("callers, addresses and encodings have answers of their own") {
    Counter counter;
    counter.padding = 5000;
    counter.ask();
    counter.ask("/api/broadcasts/bc_2");
    counter.ask("/api/broadcasts/bc_1", "key_1");
    CHECK(counter.asked == 3);
    const auto packed = counter.ask("/api/broadcasts/bc_1", "", "gzip");
    CHECK(counter.asked == 4);
    CHECK(packed.headers.get("Content-Encoding") == "gzip");
    CHECK(packed.headers.get("ETag") == "W/\"1\"");
    const auto plain = counter.ask();
    CHECK(plain.headers.get("Content-Encoding").empty());
    CHECK(plain.headers.get("Vary") == "Accept-Encoding");
    CHECK(counter.asked == 4);
}

TEST_CASE("refusals and what is not polled are never shared") {
    Counter counter;
    counter.status = 404;
    counter.ask();
    counter.ask();
    CHECK(counter.asked == 2);
    counter.status = 200;
    counter.polled = false;
    counter.ask();
    counter.ask();
    CHECK(counter.asked == 4);
}

TEST_CASE("answers to ever other addresses take no more memory than a bound") {
    Counter counter;
    counter.padding = 100'000;
    for (int i = 0; i < 400; ++i)
        counter.ask(fmt::format("/api/broadcasts/bc_{}", i));
    counter.ask("/api/broadcasts/bc_399");
    CHECK(counter.asked == 400);
    counter.ask("/api/broadcasts/bc_0");
    CHECK(counter.asked == 401);
}

}  // namespace
}  // namespace tally::http
