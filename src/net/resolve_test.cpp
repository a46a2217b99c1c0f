#include "net/resolve.hpp"

#include "net/spawn.hpp"

#include <doctest/doctest.h>

#include <future>

namespace tally::net {
namespace {

Result<std::vector<asio::ip::address>> resolved(
    asio::io_context& context, WorkerPool& pool, std::string host, Milliseconds limit
) {
    std::optional<Result<std::vector<asio::ip::address>>> outcome;
    const auto ask = [&]() -> Async<> { outcome = co_await resolve(pool, std::move(host), limit); };
    spawn(context.get_executor(), "resolve", ask());
    context.restart();
    context.run();
    return outcome.value();
}

}  // namespace

TEST_CASE("only addresses of the public internet are public") {
    for (const auto* text :
         {"0.0.0.0",
          "0.1.2.3",
          "10.255.255.1",
          "100.64.0.1",
          "100.127.255.255",
          "127.0.0.1",
          "127.255.0.9",
          "169.254.169.254",
          "172.16.0.1",
          "172.31.255.255",
          "192.0.0.8",
          "192.0.2.7",
          "192.168.1.1",
          "198.18.0.1",
          "198.19.255.255",
          "203.0.113.9",
          "224.0.0.1",
          "239.255.255.255",
          "240.0.0.1",
          "255.255.255.255",
          "::",
          "::1",
          "::127.0.0.1",
          "::ffff:10.0.0.1",
          "::ffff:7f00:1",
          "::ffff:169.254.169.254",
          "64:ff9b::a00:1",
          "fc00::1",
          "fd00:ec2::254",
          "fe80::1",
          "fec0::1",
          "ff02::1",
          "2001::1",
          "2001:db8::1",
          "2002:7f00:1::1",
          "3fff::1"}) {
        CAPTURE(text);
        CHECK_FALSE(is_public(asio::ip::make_address(text)));
    }
    for (const auto* text :
         {"1.1.1.1",
          "9.255.255.255",
          "11.0.0.0",
          "100.63.255.255",
          "100.128.0.0",
          "172.15.255.255",
          "172.32.0.0",
          "223.255.255.255",
          "::ffff:1.1.1.1",
          "2606:4700::1111",
          "2a00:1450::1"}) {
        CAPTURE(text);
        CHECK(is_public(asio::ip::make_address(text)));
    }
}

TEST_CASE("addresses resolve to themselves, also in the shortened forms that the system understands") {
    asio::io_context context;
    WorkerPool pool("names", 1, 4);
    const auto v6 = resolved(context, pool, "::1", std::chrono::seconds(5));
    REQUIRE(v6);
    CHECK(v6->front() == asio::ip::address_v6::loopback());
    for (const auto* host : {"10.255.255.1", "127.1", "2130706433", "0x7f000001"}) {
        CAPTURE(host);
        const auto addresses = resolved(context, pool, host, std::chrono::seconds(5));
        REQUIRE(addresses);
        CHECK_FALSE(is_public(addresses->front()));
    }
}

TEST_CASE("a resolver that does not answer in time is given up, and does not collect waiters") {
    asio::io_context context;
    WorkerPool pool("names", 1, 2);
    std::promise<void> release;
    REQUIRE(pool.post([blocked = release.get_future().share()] { blocked.wait(); }));
    CHECK(resolved(context, pool, "::1", Milliseconds(20)).error().code == Errc::timed_out);
    CHECK(resolved(context, pool, "::1", Milliseconds(20)).error().code == Errc::too_large);
    release.set_value();
}

}  // namespace tally::net
