#include "http/answer.hpp"

#include "http/accept_encoding.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <map>

namespace tally::http {
namespace {

const std::string long_json = "[" + std::string(5000, ' ') + "]";

Handler giving(std::string body, std::map<std::string, std::string> headers) {
    return [=](const Request&) -> Async<Response> {
        Response response{.status = 200, .headers = {}, .body = body};
        for (const auto& [name, value] : headers)
            response.headers.add(name, value);
        co_return response;
    };
}

Router items_router() {
    Router router;
    router.add(Method::get, "/tagged", giving("0123456789", {{"ETag", "\"v1\""}}));
    router.add(
        Method::get, "/dated", giving("0123456789", {{"Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"}})
    );
    router.add(
        Method::get, "/json", giving(long_json, {{"Content-Type", "application/json"}, {"ETag", "\"v1\""}})
    );
    router.add(Method::get, "/text", giving(long_json, {{"Content-Type", "text/plain"}}));
    router.add(Method::get, "/items/{id}", [](const Request& request) -> Async<Response> {
        co_return Response{.status = 200, .headers = {}, .body = std::string(request.parameter("id"))};
    });
    return router;
}

Answer ask(
    std::string_view path,
    const std::map<std::string_view, std::string_view>& headers = {},
    Method method = Method::get
) {
    const auto router = items_router();
    Request request;
    request.method = method;
    request.path = path;
    request.header = [&](std::string_view name) {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string_view() : found->second;
    };
    Answer answer;
    asio::io_context context;
    asio::co_spawn(context, http::answer(router, request), [&](const std::exception_ptr&, Answer given) {
        answer = std::move(given);
    });
    context.run();
    return answer;
}

std::string sent(const Answer& answer) {
    if (!answer.send_body || !answer.length) return {};
    const auto* shared = std::get_if<SharedBytes>(&answer.response.body);
    const auto body =
        shared ? text_of(**shared) : std::string_view(std::get<std::string>(answer.response.body));
    return std::string(body.substr(answer.offset, *answer.length));
}

unsigned status_of(const Answer& answer) {
    return answer.response.status;
}

std::string_view header(const Answer& answer, std::string_view name) {
    return answer.response.headers.get(name);
}

}  // namespace

TEST_CASE("one range is cut out of the content") {
    struct Case {
        std::string_view range, content, content_range;
    };

    for (const auto& [range, content, content_range] :
         {Case{"bytes=0-3", "0123", "bytes 0-3/10"},
          Case{"bytes=7-", "789", "bytes 7-9/10"},
          Case{"bytes=-2", "89", "bytes 8-9/10"},
          Case{"bytes=-20", "0123456789", "bytes 0-9/10"},
          Case{"bytes=5-99", "56789", "bytes 5-9/10"},
          Case{"bytes=9-9", "9", "bytes 9-9/10"}}) {
        const auto answer = ask("/tagged", {{"Range", range}});
        CHECK(status_of(answer) == 206);
        CHECK(sent(answer) == content);
        CHECK(header(answer, "Content-Range") == content_range);
    }
}

TEST_CASE("a range outside the content is a problem that says how much there is") {
    for (const std::string_view range : {"bytes=10-", "bytes=-0", "bytes=99-100"}) {
        const auto answer = ask("/tagged", {{"Range", range}});
        CHECK(status_of(answer) == 416);
        CHECK(header(answer, "Content-Range") == "bytes */10");
        CHECK(sent(answer).contains("range_not_satisfiable"));
    }
}

TEST_CASE("ranges that are several, malformed or of other units give the whole") {
    for (const std::string_view range :
         {"bytes=0-1,3-4",
          "bytes=5-2",
          "bytes=",
          "bytes=-",
          "bytes=a-b",
          "lines=1-2",
          "bytes=99999999999999999999-"}) {
        const auto answer = ask("/tagged", {{"Range", range}});
        CHECK(status_of(answer) == 200);
        CHECK(sent(answer) == "0123456789");
    }
    CHECK(header(ask("/tagged"), "Accept-Ranges") == "bytes");
    CHECK(status_of(ask("/items/x", {{"Range", "bytes=0-0"}})) == 200);
    CHECK(status_of(ask("/tagged", {{"Range", "bytes=0-0"}}, Method::head)) == 200);
}

TEST_CASE("If-Range with another version's tag gives the whole") {
    CHECK(status_of(ask("/tagged", {{"Range", "bytes=0-3"}, {"If-Range", "\"v1\""}})) == 206);
    CHECK(status_of(ask("/tagged", {{"Range", "bytes=0-3"}, {"If-Range", "\"v2\""}})) == 200);
    CHECK(status_of(ask("/tagged", {{"Range", "bytes=0-3"}, {"If-Range", "W/\"v1\""}})) == 200);
}

TEST_CASE("what the client has already is not sent again") {
    for (const std::string_view tags : {"\"v1\"", "W/\"v1\"", "\"a\", \"v1\"", "*"}) {
        const auto answer = ask("/tagged", {{"If-None-Match", tags}});
        CHECK(status_of(answer) == 304);
        CHECK(header(answer, "ETag") == "\"v1\"");
        CHECK(sent(answer).empty());
        CHECK_FALSE(answer.length);
    }
    CHECK(status_of(ask("/tagged", {{"If-None-Match", "\"v2\", \"v\""}})) == 200);
    CHECK(status_of(ask("/dated", {{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"}})) == 304);
    CHECK(status_of(ask("/dated", {{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"}})) == 200);
    CHECK(status_of(ask("/dated", {{"If-Modified-Since", "yesterday"}})) == 200);
}

TEST_CASE("JSON is compressed for those who take it, under a tag of its own") {
    const auto compressed = ask("/json", {{"Accept-Encoding", "br, gzip;q=0.8"}});
    CHECK(header(compressed, "Content-Encoding") == "gzip");
    CHECK(header(compressed, "Vary") == "Accept-Encoding");
    CHECK(header(compressed, "ETag") == "W/\"v1\"");
    CHECK(*compressed.length < 200);
    CHECK(sent(compressed).starts_with("\x1f\x8b"));
    for (const std::string_view refused : {"", "br", "gzip;q=0", "*;q=0", "gzip; q=0.000, *"})
        CHECK(header(ask("/json", {{"Accept-Encoding", refused}}), "Content-Encoding").empty());
    CHECK(header(ask("/json"), "Vary") == "Accept-Encoding");
    CHECK(header(ask("/text", {{"Accept-Encoding", "gzip"}}), "Content-Encoding").empty());
}

TEST_CASE("not modified says of encodings what the answer itself would") {
    const auto packed = ask("/json", {{"Accept-Encoding", "gzip"}, {"If-None-Match", "W/\"v1\""}});
    CHECK(status_of(packed) == 304);
    CHECK(header(packed, "Vary") == "Accept-Encoding");
    CHECK(header(packed, "ETag") == "W/\"v1\"");
    const auto plain = ask("/json", {{"If-None-Match", "\"v1\""}});
    CHECK(status_of(plain) == 304);
    CHECK(header(plain, "Vary") == "Accept-Encoding");
    CHECK(header(plain, "ETag") == "\"v1\"");
}

TEST_CASE("a range is of the content as it is, not compressed") {
    const auto answer = ask("/json", {{"Accept-Encoding", "gzip"}, {"Range", "bytes=0-1999"}});
    CHECK(status_of(answer) == 206);
    CHECK(header(answer, "Content-Encoding").empty());
    CHECK(sent(answer) == long_json.substr(0, 2000));
}

TEST_CASE("what is not there is a problem in JSON with the request's id") {
    const auto answer = ask("/nowhere", {{"X-Request-Id", "mine-1"}});
    CHECK(status_of(answer) == 404);
    CHECK(header(answer, "Content-Type") == "application/problem+json");
    const auto document = boost::json::parse(sent(answer));
    CHECK(document.at("code") == "not_found");
    CHECK(document.at("title") == "Not found");
    CHECK(document.at("status") == 404);
    CHECK(document.at("instance") == "/nowhere");
    CHECK(document.at("requestId") == "mine-1");
    CHECK(document.at("retryable") == false);
}

TEST_CASE("a wrong method says which are right") {
    const auto answer = ask("/items/x", {}, Method::del);
    CHECK(status_of(answer) == 405);
    CHECK(header(answer, "Allow") == "GET, HEAD, OPTIONS");
}

TEST_CASE("a browser may ask about any address") {
    const auto known = ask("/items/x", {}, Method::options);
    CHECK(status_of(known) == 204);
    CHECK(header(known, "Access-Control-Allow-Methods") == "GET, HEAD, OPTIONS");
    CHECK(status_of(ask("/nowhere", {}, Method::options)) == 204);
}

TEST_CASE("broken escapes and NUL in an address are refused") {
    for (const std::string_view path : {"/items/%", "/items/%4", "/items/%zz", "/items/a%00b"})
        CHECK(status_of(ask(path)) == 400);
    CHECK(sent(ask("/items/a%2Fb%20c")) == "a/b c");
    // JSON answers repeat the address, and JSON is UTF-8 (RFC 8259 8.1).
    for (const std::string_view path :
         {"/items/%FF", "/items/\xff", "/nowhere/%C3%28", "/%ED%A0%80", "/%C0%AF"})
        CHECK_MESSAGE(status_of(ask(path)) == 400, path);
    CHECK(boost::json::parse(sent(ask("/items/\xff"))).at("instance") == "/items/%FF");
    CHECK(sent(ask("/items/%C3%A9\xc3\xa9")) == "\xc3\xa9\xc3\xa9");
}

TEST_CASE("a request id that could break a header or a log is replaced, and ours differ") {
    const auto id_of = [](std::string_view given) {
        return std::string(
            boost::json::parse(sent(ask("/nowhere", {{"X-Request-Id", given}}))).at("requestId").as_string()
        );
    };
    CHECK(id_of("a b").starts_with("req_"));
    CHECK(id_of("").size() == 30);
    CHECK(id_of("") != id_of(""));
}

}  // namespace tally::http
