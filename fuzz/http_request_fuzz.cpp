// Bytes from an HTTP client, in pieces: parsed, routed and answered as a connection does it.
#include "fuzz/check.hpp"
#include "http/answer.hpp"
#include "http/head.hpp"
#include "http/request_parser.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <cstring>

namespace {

using namespace tally;
using State = http::RequestParser::State;

constexpr http::Limits limits{.header_bytes = 1024, .body_bytes = 4096};

http::Router make_router() {
    http::Router router;
    const auto echo = [](const http::Request& request) -> Async<http::Response> {
        http::Response response{.status = 200, .headers = {}, .body = std::string(request.body)};
        response.headers.add("ETag", "\"v1\"");
        response.headers.add(
            "Content-Type", request.query_parameter("json") ? "application/json" : "text/plain"
        );
        response.headers.add("X-Name", request.parameter("name"));
        co_return response;
    };
    router.add(http::Method::get, "/{name}", echo);
    router.add(http::Method::post, "/item_{name}.json", echo);
    return router;
}

void answer(http::Request& request) {
    static const auto router = make_router();
    asio::io_context context;
    bool answered = false;
    asio::co_spawn(
        context,
        http::answer(router, request),
        [&](const std::exception_ptr& failure, const http::Answer& given) {
            fuzz::check(!failure);
            std::string head;
            http::write_head(head, given, request, {});
            fuzz::check(head.find("\r\n\r\n") == head.size() - 4);
            const auto& body = std::get<std::string>(given.response.body);
            fuzz::check(!given.length || given.offset + *given.length <= body.size());
            answered = true;
        }
    );
    context.run();
    fuzz::check(answered);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = data[0] + 1U;
    std::size_t position = 1;
    http::RequestParser parser(limits);
    for (auto state = parser.next(); state != State::refused;) {
        if (state == State::complete) {
            answer(parser.request());
            state = parser.next();
            continue;
        }
        if (position == size) break;
        const auto space = parser.space();
        fuzz::check(space.size() > 0);
        const auto taken = std::min({piece, size - position, space.size()});
        std::memcpy(space.data(), data + position, taken);
        position += taken;
        state = parser.received(taken);
    }
    return 0;
}
