#include "net/trusted_proxies.hpp"

#include <doctest/doctest.h>

namespace tally::net {
namespace {

TrustedProxies trusted(std::vector<std::string> networks) {
    return TrustedProxies::parse(networks).value();
}

}  // namespace

TEST_CASE("nobody's header is believed unless the peer is a trusted proxy") {
    CHECK(TrustedProxies().client("127.0.0.1", "203.0.113.7") == "127.0.0.1");
    const auto proxies = trusted({"10.0.0.0/8", "::1"});
    CHECK(proxies.client("192.0.2.1", "203.0.113.7") == "192.0.2.1");
    CHECK(proxies.client("10.1.2.3", "203.0.113.7") == "203.0.113.7");
    CHECK(proxies.client("::1", "2001:db8::7") == "2001:db8::7");
    CHECK(proxies.client("::ffff:10.1.2.3", "203.0.113.7") == "203.0.113.7");
    CHECK(proxies.client("10.1.2.3", "") == "10.1.2.3");
}

TEST_CASE("the client is the last address that no trusted proxy has, whatever it wrote before that") {
    const auto proxies = trusted({"10.0.0.0/8"});
    CHECK(proxies.client("10.0.0.1", "1.2.3.4, 203.0.113.7, 10.0.0.2") == "203.0.113.7");
    CHECK(proxies.client("10.0.0.1", "10.0.0.3, 10.0.0.2") == "10.0.0.3");
    CHECK(proxies.client("10.0.0.1", "1.2.3.4, unknown") == "10.0.0.1");
    CHECK(proxies.client("10.0.0.1", "203.0.113.7:5180") == "203.0.113.7");
    CHECK(proxies.client("10.0.0.1", "[2001:db8::7]:5180") == "2001:db8::7");
    CHECK(proxies.client("10.0.0.1", ",,,") == "10.0.0.1");
    CHECK(proxies.client("10.0.0.1", "[") == "10.0.0.1");
}

TEST_CASE("what is no address and no network is refused by name") {
    const std::vector<std::string> networks{"10.0.0.0/8", "proxy.example.com"};
    const auto parsed = TrustedProxies::parse(networks);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().context == "\"proxy.example.com\" is no IP address and no network");
    CHECK_FALSE(TrustedProxies::parse(std::vector<std::string>{"10.0.0.0/33"}));
}

}  // namespace tally::net
