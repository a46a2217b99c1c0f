#include "http/request_parser.hpp"

#include <doctest/doctest.h>

#include <cstring>

namespace tally::http {
namespace {

using State = RequestParser::State;

constexpr Limits limits;

/// Hands over `text` in pieces of at most `piece` bytes, until the parser has a request or refuses.
State feed(RequestParser& parser, std::string_view text, std::size_t piece = 100'000) {
    auto state = State::incomplete;
    while (!text.empty() && state == State::incomplete) {
        const auto space = parser.space();
        REQUIRE(space.size() > 0);
        const auto size = std::min({piece, text.size(), space.size()});
        std::memcpy(space.data(), text.data(), size);
        text.remove_prefix(size);
        state = parser.received(size);
    }
    return state;
}

unsigned refusal_of(std::string_view text) {
    RequestParser parser(limits);
    parser.next();
    return feed(parser, text) == State::refused ? parser.refusal().status : 0;
}

}  // namespace

TEST_CASE("a request's parts are views of what arrived") {
    RequestParser parser(limits);
    REQUIRE(
        feed(
            parser,
            "PATCH /a/b%20c?x=1&y=2 HTTP/1.1\r\nHost: h\r\nX-Some: value \r\nContent-Length: 3\r\n\r\nabc"
        ) == State::complete
    );
    const auto& request = parser.request();
    CHECK(request.method == Method::patch);
    CHECK(request.path == "/a/b%20c");
    CHECK(request.query == "x=1&y=2");
    CHECK(request.body == "abc");
    CHECK(request.header("x-SOME") == "value");
    CHECK(request.header("absent").empty());
    CHECK(parser.keep_alive());
}

TEST_CASE("the size of the pieces changes nothing") {
    constexpr std::string_view text =
        "\r\nPOST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
        "POST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x\r\nllo\r\n0\r\nT: "
        "1\r\n\r\n"
        "GET /3 HTTP/1.0\r\n\r\n";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        RequestParser parser(limits);
        auto rest = text;
        auto state = parser.next();
        for (const std::string_view path : {"/1", "/2", "/3"}) {
            while (state == State::incomplete && !rest.empty()) {
                const auto size = std::min(piece, rest.size());
                state = feed(parser, rest.substr(0, size));
                rest.remove_prefix(size);
            }
            REQUIRE(state == State::complete);
            CHECK(parser.request().path == path);
            CHECK(parser.request().body == (path == "/3" ? "" : "hello"));
            CHECK(parser.keep_alive() == (path != "/3"));
            state = parser.next();
        }
        CHECK_FALSE(parser.has_started());
    }
}

TEST_CASE("an absolute address loses its origin") {
    RequestParser parser(limits);
    REQUIRE(feed(parser, "GET http://host:1/a?b HTTP/1.1\r\nHost: host\r\n\r\n") == State::complete);
    CHECK(parser.request().path == "/a");
    CHECK(parser.request().query == "b");
}

TEST_CASE("what is not HTTP is refused at once") {
    for (const std::string_view text :
         {"\x16\x03\x01\x02\x00 hello",
          "GET\r\n\r\n",
          "GET / HTTP/2.0\r\n\r\n",
          "GET noslash HTTP/1.1\r\nHost: h\r\n\r\n",
          "GET / HTTP/1.1\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: h\r\nBad Name: x\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: h\r\nFolded: a\r\n b\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
          "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"})
        CHECK_MESSAGE(refusal_of(text) == 400, text);
    for (const std::string_view coding : {"gzip", "gzip, chunked", "chunked, gzip", "xchunked"}) {
        const auto head = fmt::format("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: {}\r\n", coding);
        CHECK_MESSAGE(refusal_of(head + "\r\n0\r\n\r\n") == 501, coding);
    }
    CHECK(
        refusal_of("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: "
                   "chunked\r\n\r\n0\r\n\r\n") == 501
    );
}

TEST_CASE("HTTP/1.0 has no leave to wait for") {
    for (const auto& [version, waits] : {std::pair("1.0", false), std::pair("1.1", true)}) {
        RequestParser parser(limits);
        const auto head = fmt::format(
            "POST / HTTP/{}\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n", version
        );
        CHECK(feed(parser, head) == State::incomplete);
        CHECK(parser.take_expectation() == waits);
    }
}

TEST_CASE("every part of a request has a bound") {
    const std::string long_text(64 * 1024, 'a');
    CHECK(refusal_of("GET /" + long_text) == 414);
    CHECK(refusal_of("GET / HTTP/1.1\r\nHost: h\r\nX: " + long_text) == 431);
    CHECK(refusal_of("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\n\r\n") == 413);
    CHECK(
        refusal_of("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n") == 413
    );
    CHECK(
        refusal_of("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;" + long_text) == 400
    );
    CHECK(
        refusal_of("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nT: " + long_text) ==
        400
    );
    std::string endless = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 20; ++i)
        endless += "10000\r\n" + long_text + "\r\n";
    CHECK(refusal_of(endless) == 413);
}

TEST_CASE("a body of the greatest size is taken") {
    RequestParser parser(limits);
    const std::string body(limits.body_bytes, 'b');
    const auto text =
        fmt::format("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
    REQUIRE(feed(parser, text, 1000) == State::complete);
    CHECK(parser.request().body == body);
}

}  // namespace tally::http
