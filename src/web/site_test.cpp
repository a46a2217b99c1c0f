#include "web/site.hpp"

#include <boost/asio/co_spawn.hpp>
#include <doctest/doctest.h>

namespace tally::web {
namespace {

constexpr std::array<Asset, 4> built{{
    {"player/index.html", "text/html; charset=utf-8", "p1", {}, {}},
    {"assets/player-ab12.js", "text/javascript; charset=utf-8", "j1", {}, {}},
    {"openapi/streaming.json", "application/json", "o1", {}, {}},
    {"reference/index.html", "text/html; charset=utf-8", "r1", {}, {}},
}};

using RequestHeaders = std::map<std::string, std::string, std::less<>>;

http::Response ask(const http::Router& router, std::string_view path, const RequestHeaders& headers = {}) {
    auto match = router.match(http::Method::get, path);
    REQUIRE(match.handler);
    http::Request request;
    request.path = path;
    request.parameters = std::move(match.parameters);
    request.header = [&](std::string_view name) -> std::string_view {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string_view() : found->second;
    };
    http::Response response;
    asio::io_context context(1);
    const auto answer = [&]() -> Async<> { response = co_await (*match.handler)(request); };
    asio::co_spawn(context, answer(), [](const std::exception_ptr& error) { CHECK_FALSE(error); });
    context.run();
    return response;
}

http::Router site_router() {
    static const Bytes page{'<', 'h', 't', 'm', 'l', '>'};
    static const Bytes script{'p', 'l', 'a', 'y'};
    static const Bytes script_gzip{0x1F, 0x8B};
    static const Bytes document{'{', '}'};
    auto assets = built;
    assets[0].bytes = page;
    assets[1].bytes = script;
    assets[1].gzip = script_gzip;
    assets[2].bytes = document;
    http::Router router;
    const Site site(assets);
    site.add_watch_pages(router);
    site.add_reference(router, "streaming");
    site.add_assets(router);
    return router;
}

std::string body_of(const http::Response& response) {
    const auto* bytes = std::get_if<SharedBytes>(&response.body);
    return bytes && *bytes ? std::string(text_of(**bytes)) : std::string();
}

}  // namespace

TEST_CASE("every watch address gives the page, checked again on each visit") {
    const auto router = site_router();
    for (const std::string_view path : {"/watch/ch_001", "/watch/vod/bc_1"}) {
        const auto response = ask(router, path);
        CHECK(response.status == 200);
        CHECK(body_of(response) == "<html>");
        CHECK(response.headers.get("content-type") == "text/html; charset=utf-8");
        CHECK(response.headers.get("cache-control") == "no-cache");
    }
}

TEST_CASE("a file whose name changes with its content is kept for good, gzipped for who takes that") {
    const auto router = site_router();
    const auto plain = ask(router, "/assets/player-ab12.js");
    CHECK(body_of(plain) == "play");
    CHECK(plain.headers.get("cache-control") == "public, max-age=31536000, immutable");
    const auto packed = ask(router, "/assets/player-ab12.js", {{"Accept-Encoding", "gzip, br"}});
    CHECK(body_of(packed) == "\x1F\x8B");
    CHECK(packed.headers.get("content-encoding") == "gzip");
    CHECK(packed.headers.get("etag") != plain.headers.get("etag"));
}

TEST_CASE("a service gives its API document, and the page that shows it") {
    const auto router = site_router();
    CHECK(body_of(ask(router, "/openapi.json")) == "{}");
    CHECK(ask(router, "/openapi.json").headers.get("content-type") == "application/json");
    CHECK(ask(router, "/docs").headers.get("content-type") == "text/html; charset=utf-8");
}

TEST_CASE("an unknown file is a problem in JSON") {
    const auto response = ask(site_router(), "/assets/player-zz.js");
    CHECK(response.status == 404);
    CHECK(response.headers.get("content-type") == "application/problem+json");
}

}  // namespace tally::web
