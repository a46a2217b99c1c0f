// Never cached: a stale answer would move the player away from the live edge.
#include "cdn/time_route.hpp"

namespace tally::cdn {

void add_time_route(http::Router& router, const Clock& clock) {
    router.add(http::Method::get, "/time", [&clock](const http::Request&) -> Async<http::Response> {
        http::Response response;
        response.headers.add("Content-Type", "text/plain");
        response.headers.add("Cache-Control", "no-store");
        response.body = to_rfc3339(clock.now());
        co_return response;
    });
}

}  // namespace tally::cdn
