#include "rtmp/wire_log.hpp"

#include <doctest/doctest.h>

using namespace tally;
using namespace tally::rtmp;

namespace {

/// Messages of 50 000 bytes, 100 ms apart, each filled with its number.
WireLog filled(int messages) {
    WireLog log;
    for (int i = 0; i < messages; ++i)
        log.append(Bytes(50'000, static_cast<std::uint8_t>(i)), Milliseconds(100 * i));
    return log;
}

constexpr std::size_t no_entry = 50'000'000;

}  // namespace

TEST_CASE("bytes are read back over block borders, in pieces that lie in place") {
    const auto log = filled(10);
    CHECK(log.end() == 500'000);
    std::array<boost::asio::const_buffer, 6> buffers;
    CHECK(log.read(100'000, buffers) == 4);
    CHECK(boost::asio::buffer_size(buffers) == 400'000);
    CHECK(log.read(500'000, buffers) == 0);
    const auto bytes = log.copy(149'999, 150'001);
    CHECK(bytes == Bytes{2, 3});
    CHECK(log.copy(100'000, 300'000).size() == 200'000);
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
    auto log = filled(10);
    CHECK_FALSE(log.frees(WireLog::block_size - 1));
    CHECK(log.frees(WireLog::block_size));
    log.discard(200'000);
    CHECK(log.copy(200'000, 200'001) == Bytes{4});
    CHECK(log.copy(499'999, 500'000) == Bytes{9});
    CHECK(log.message_end(199'999) == 200'000);
}
