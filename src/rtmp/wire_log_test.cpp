#include "rtmp/wire_log.hpp"

#include <boost/asio/read.hpp>
#include <doctest/doctest.h>

using namespace tally;
using namespace tally::rtmp;

namespace {

/// Messages of 50 000 bytes, 100 ms apart, each filled with its number.
WireLog filled(int messages) {
    WireLog log;
    for (int i = 0; i < messages; ++i)
        REQUIRE(log.append(Bytes(50'000, static_cast<std::uint8_t>(i)), Milliseconds(100 * i)));
    return log;
}

/// Two ends of a connection over loopback.
struct Connected {
    asio::io_context context;
    net::Socket near{context.get_executor()};
    net::Socket far{context.get_executor()};

    Connected() {
        net::Acceptor acceptor(context.get_executor(), net::Endpoint(asio::ip::address_v4::loopback(), 0));
        far.connect(acceptor.local_endpoint());
        acceptor.accept(near);
    }

    Bytes receive(std::size_t size) {
        Bytes bytes(size);
        asio::read(far, asio::buffer(bytes));
        return bytes;
    }
};

constexpr std::size_t no_entry = 50'000'000;

}  // namespace

TEST_CASE("bytes are read back over block borders") {
    const auto log = filled(20);
    CHECK(log.end() == 1'000'000);
    const auto border = WireLog::block_size;
    CHECK(log.copy(border - 1, border + 1).value() == Bytes{10, 10});
    CHECK(log.copy(549'999, 550'001).value() == Bytes{10, 11});
    CHECK(log.copy(100'000, 900'000).value().size() == 800'000);
}

TEST_CASE("a socket takes bytes up to the end of their block, and none that come later") {
    const auto log = filled(11);
    Connected connected;
    boost::system::error_code error;
    const auto border = WireLog::block_size;
    CHECK(log.send(connected.near, border - 2, error) == 2);
    CHECK(log.send(connected.near, border, error) == 550'000 - border);
    CHECK_FALSE(error);
    CHECK(connected.receive(550'002 - border) == log.copy(border - 2, 550'000).value());
}

TEST_CASE("what a socket has taken arrives as it was, whatever happens to the log") {
    auto log = filled(10);
    Connected connected;
    boost::system::error_code error;
    const auto sent = log.send(connected.near, 0, error);
    REQUIRE(sent > 200'000);
    const auto expected = log.copy(0, sent).value();
    for (int i = 10; i < 40; ++i)
        REQUIRE(log.append(Bytes(50'000, 0xFF), Milliseconds(100 * i)));
    log.discard(1'900'000);
    CHECK(connected.receive(sent) == expected);
}

TEST_CASE("a socket without room, and one whose peer is gone, say so") {
    const auto log = filled(10);
    Connected connected;
    connected.near.non_blocking(true);
    boost::system::error_code error;
    while (!error)
        log.send(connected.near, 0, error);
    CHECK(error == asio::error::would_block);
    connected.far.close();
    do {
        error = {};
        log.send(connected.near, 0, error);
    } while (!error || error == asio::error::would_block);
    CHECK((error == asio::error::broken_pipe || error == asio::error::connection_reset));
}

TEST_CASE("a position knows where its message ends") {
    const auto log = filled(3);
    CHECK(log.message_end(50'000) == 50'000);
    CHECK(log.message_end(50'001) == 100'000);
    CHECK(log.message_end(149'999) == 150'000);
    CHECK(log.messages_between(50'001, 150'000) == 1);
    CHECK(log.messages_between(100'000, 50'000) == 0);
}

TEST_CASE("the log keeps its last seconds, and further back only what a new reader needs") {
    const auto log = filled(100);
    const WireLog::Limits second{.duration = std::chrono::seconds(1), .bytes = 100'000'000};
    CHECK(log.wanted_begin(second, no_entry) == 89 * 50'000);
    CHECK(log.wanted_begin(second, 95 * 50'000) == 89 * 50'000);
    CHECK(log.wanted_begin(second, 40 * 50'000) == 40 * 50'000);
    const WireLog::Limits bytes{.duration = std::chrono::seconds(1), .bytes = 220'000};
    CHECK(log.wanted_begin(bytes, 40 * 50'000) == 96 * 50'000);
}

TEST_CASE("memory is freed in whole blocks, and what is left reads as before") {
    auto log = filled(20);
    CHECK_FALSE(log.frees(WireLog::block_size - 1));
    CHECK(log.frees(WireLog::block_size));
    log.discard(600'000);
    CHECK(log.copy(600'000, 600'001).value() == Bytes{12});
    CHECK(log.copy(999'999, 1'000'000).value() == Bytes{19});
    CHECK(log.message_end(599'999) == 600'000);
}
