#include "http/router.hpp"

#include <doctest/doctest.h>

namespace tally::http {
namespace {

/// A route whose handler says its own name as the status.
void add(Router& router, Method method, std::string_view pattern, unsigned number) {
    router.add(method, pattern, [number](const Request&) -> Async<Response> {
        co_return Response{.status = number, .headers = {}, .body = {}};
    });
}

unsigned answer_of(const Router& router, Method method, std::string_view path) {
    const auto match = router.match(method, path);
    if (match.handler == nullptr) return 0;
    asio::io_context context;
    Request request;
    unsigned status = 0;
    asio::co_spawn(
        context,
        (*match.handler)(request),
        [&](const std::exception_ptr&, const Response& response) { status = response.status; }
    );
    context.run();
    return status;
}

}  // namespace

TEST_CASE("a literal segment beats one with a suffix, and that one beats a bare parameter") {
    Router router;
    add(router, Method::get, "/live/{channel}/{file}", 1);
    add(router, Method::get, "/live/{channel}/{segment}.m4s", 2);
    add(router, Method::get, "/live/{channel}/playlist.m3u8", 3);
    add(router, Method::get, "/live/{channel}/seg_{n}.m4s", 4);
    CHECK(answer_of(router, Method::get, "/live/a/b") == 1);
    CHECK(answer_of(router, Method::get, "/live/a/b.m4s") == 2);
    CHECK(answer_of(router, Method::get, "/live/a/playlist.m3u8") == 3);
    CHECK(answer_of(router, Method::get, "/live/a/seg_7.m4s") == 4);
    CHECK(answer_of(router, Method::get, "/live/a/.m4s") == 1);
    CHECK(answer_of(router, Method::get, "/live/a/b/c") == 0);
    CHECK(answer_of(router, Method::get, "/live/a") == 0);
}

TEST_CASE("precedence goes from left to right whatever the order of adding") {
    Router router;
    add(router, Method::get, "/{a}/x", 1);
    add(router, Method::get, "/y/{b}", 2);
    CHECK(answer_of(router, Method::get, "/y/x") == 2);
    CHECK(answer_of(router, Method::get, "/z/x") == 1);
}

TEST_CASE("the root and a trailing slash are paths of their own") {
    Router router;
    add(router, Method::get, "/", 1);
    add(router, Method::get, "/api", 2);
    CHECK(answer_of(router, Method::get, "/") == 1);
    CHECK(answer_of(router, Method::get, "/api") == 2);
    CHECK(answer_of(router, Method::get, "/api/") == 0);
    CHECK(answer_of(router, Method::get, "//") == 0);
    CHECK(answer_of(router, Method::get, "") == 0);
    CHECK(answer_of(router, Method::get, "*") == 0);
}

TEST_CASE("parameters are decoded and lose their prefix and suffix") {
    Router router;
    add(router, Method::get, "/thumbnails/{channel}.jpg", 1);
    add(router, Method::get, "/vod/{id}/preview_{n}.mp4", 2);
    const auto thumbnail = router.match(Method::get, "/thumbnails/a%20b.c.jpg");
    REQUIRE(thumbnail.parameters.size() == 1);
    CHECK(thumbnail.parameters[0].second == "a b.c");
    const auto preview = router.match(Method::get, "/vod/bc_1/preview_2.mp4");
    REQUIRE(preview.parameters.size() == 2);
    CHECK(preview.parameters[0].first == "id");
    CHECK(preview.parameters[1].second == "2");
}

TEST_CASE("HEAD is answered by GET, another method by the list of those allowed") {
    Router router;
    add(router, Method::get, "/channels/{id}", 1);
    add(router, Method::patch, "/channels/{name}", 2);
    CHECK(answer_of(router, Method::head, "/channels/x") == 1);
    CHECK(answer_of(router, Method::patch, "/channels/x") == 2);
    const auto match = router.match(Method::del, "/channels/x");
    CHECK(match.handler == nullptr);
    CHECK(match.allow == "GET, HEAD, PATCH, OPTIONS");
    CHECK(router.match(Method::del, "/unknown").allow.empty());
}

TEST_CASE("a word with a route of its own is never taken for an id") {
    Router router;
    add(router, Method::get, "/streams/{id}", 1);
    add(router, Method::post, "/streams/start", 2);
    CHECK(router.match(Method::get, "/streams/start").handler == nullptr);
    CHECK(router.match(Method::get, "/streams/start").allow == "POST, OPTIONS");
}

TEST_CASE("the routes are listed with their patterns") {
    Router router;
    add(router, Method::post, "/b", 1);
    add(router, Method::get, "/a/{id}", 2);
    CHECK(router.routes() == std::vector<std::string>{"GET /a/{id}", "POST /b"});
}

}  // namespace tally::http
