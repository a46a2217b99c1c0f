#include "control/stream/connection_tests_routes.hpp"

#include "control/reply.hpp"

namespace tally::control {

namespace {

Async<Outcome<TestReport>> run(ConnectionTests& tests, const http::Request& request) {
    CO_TRY(auto body, read_body<TestConnection>(request));
    co_return co_await tests.run(std::move(body), std::string(request.peer));
}

}  // namespace

void add_connection_test_route(http::Router& router, ConnectionTests& tests) {
    const auto action = [&tests](const http::Request& request) -> Async<Outcome<http::Response>> {
        auto report = co_await run(tests, request);
        if (report) co_return reply(200, json::encode(*report));
        report.error().extra["success"] = false;  // clients read this without looking at the status (API H2)
        co_return std::unexpected(std::move(report).error());
    };
    router.add(http::Method::post, "/api/streams/test-connection", handler(action));
}

}  // namespace tally::control
