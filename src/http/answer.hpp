// From a request to what is sent for it, for every protocol version: routing, conditional and partial
// requests, compression, CORS. Knows no socket.
#pragma once

#include "http/problem.hpp"
#include "http/router.hpp"

namespace tally::http {

struct Answer {
    Response response;
    std::uint64_t offset = 0;  // of the first body byte that is sent
    /// Content-Length; empty: a BodyStream, or a status without content.
    std::optional<std::uint64_t> length{};
    bool send_body = true;          // false: HEAD and 304
    RouteCounts* counts = nullptr;  // of the route that answered; null: there is none
};

/// Never throws: what a handler throws is logged and becomes a 500. Fills in the request's id and parameters.
Async<Answer> answer(const Router& router, Request& request);
/// For a request that cannot be routed, or whose body cannot be read.
Answer refusal(const Problem& problem, Request& request);

}  // namespace tally::http
