#include "rtmp/handshake.hpp"

#include <doctest/doctest.h>

using namespace tally;
using namespace tally::rtmp;

namespace {

/// Feeds one byte at a time: the network may cut anywhere.
template <class Handshake>
Result<bool> feed_slowly(Handshake& handshake, const Bytes& bytes, Bytes& output) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        ByteView one(&bytes[i], 1);
        auto complete = handshake.feed(one, output);
        if (!complete || *complete) {
            CHECK(i + 1 == bytes.size());
            return complete;
        }
        CHECK(one.empty());
    }
    return false;
}

Bytes slice(const Bytes& bytes, std::size_t from, std::size_t size) {
    return {
        bytes.begin() + static_cast<std::ptrdiff_t>(from),
        bytes.begin() + static_cast<std::ptrdiff_t>(from + size)
    };
}

}  // namespace

TEST_CASE("a simple handshake gets its C1 echoed as S2") {
    Bytes hello(1 + handshake_size, 7);
    hello[0] = 3;
    std::fill_n(hello.begin() + 1, 8, std::uint8_t{0});
    ServerHandshake server;
    Bytes answer;
    CHECK(feed_slowly(server, hello, answer) == false);
    REQUIRE(answer.size() == 1 + 2 * handshake_size);
    CHECK(answer[0] == 3);
    CHECK(slice(answer, 5, 4) == Bytes(4, 0));
    CHECK(slice(answer, 1 + handshake_size, handshake_size) == slice(hello, 1, handshake_size));
    CHECK(feed_slowly(server, Bytes(handshake_size, 0), answer) == true);
    CHECK(answer.size() == 1 + 2 * handshake_size);
}

TEST_CASE("client and server complete the digest handshake with each other") {
    ClientHandshake client;
    ServerHandshake server;
    Bytes hello;
    Bytes answer;
    Bytes finish;
    client.start(hello);
    REQUIRE(feed_slowly(server, hello, answer) == false);
    CHECK(answer[5] == 3);  // S1 carries a version: the digest form
    CHECK(slice(answer, 1 + handshake_size, handshake_size) != slice(hello, 1, handshake_size));
    REQUIRE(feed_slowly(client, answer, finish) == true);
    CHECK(finish.size() == handshake_size);
    CHECK(finish != slice(answer, 1, handshake_size));
    CHECK(feed_slowly(server, finish, answer) == true);
}

TEST_CASE("the client echoes S1 of a server that knows only the simple form") {
    ClientHandshake client;
    Bytes answer(1 + 2 * handshake_size, 9);
    answer[0] = 3;
    Bytes finish;
    CHECK(feed_slowly(client, answer, finish) == true);
    CHECK(finish == slice(answer, 1, handshake_size));
}

TEST_CASE("bytes after the handshake are left for the chunk reader") {
    Bytes bytes(1 + 2 * handshake_size + 5, 0);
    bytes[0] = 3;
    ServerHandshake server;
    Bytes answer;
    ByteView input(bytes);
    CHECK(server.feed(input, answer) == true);
    CHECK(input.size() == 5);
}

TEST_CASE("another protocol is refused at its first byte") {
    ServerHandshake server;
    Bytes answer;
    auto input = bytes_of("GET / HTTP/1.1\r\n");
    const auto outcome = server.feed(input, answer);
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().code == Errc::unsupported);
    CHECK(answer.empty());
}
