#include "control/stream/ingest_url.hpp"

#include <doctest/doctest.h>

namespace tally::control {

TEST_CASE("an ingest URL says where to connect, and its app is the path without the stream") {
    const auto plain = parse_ingest_url("rtmp://ingest.example.com/live/ch_001");
    REQUIRE(plain);
    CHECK(plain->scheme == "rtmp");
    CHECK(plain->host == "ingest.example.com");
    CHECK_FALSE(plain->port);
    CHECK(plain->app == "live");
    CHECK(plain->bare_host() == "ingest.example.com");

    const auto full = parse_ingest_url("RTMP://[2001:DB8::1]:443/app/instance/name?key=secret#x/y");
    REQUIRE(full);
    CHECK(full->scheme == "rtmp");
    CHECK(full->host == "[2001:db8::1]");
    CHECK(full->port == 443);
    CHECK(full->app == "app/instance");
    CHECK(full->bare_host() == "2001:db8::1");

    CHECK(parse_ingest_url("srt://LOCALHOST:9000?streamid=x")->host == "localhost");
    CHECK(parse_ingest_url("rtmp://host/live")->app == "live");
}

TEST_CASE("what is no URL with a plain host and port is refused") {
    for (const auto* text :
         {"",
          "live/ch_001",
          "rtmp:/host/live",
          "rtmp://",
          "rtmp:///live/x",
          "://host/live",
          "rt mp://host/live",
          "rtmp://host:/live",
          "rtmp://host:0/live",
          "rtmp://host:65536/live",
          "rtmp://host:19 35/live",
          "rtmp://host:-1/live",
          "rtmp://user@host/live",
          "rtmp://user:password@host/live",
          "rtmp://ho st/live",
          "rtmp://host%00/live",
          "rtmp://[::1/live",
          "rtmp://[]/live",
          "rtmp://[host]/live",
          "rtmp://[fe80::1%25eth0]/live",
          "rtmp://[::1]1935/live"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_ingest_url(text));
    }
    CHECK_FALSE(parse_ingest_url("rtmp://" + std::string(254, 'a') + "/live"));
}

TEST_CASE("a scheme belongs to one protocol") {
    CHECK(protocol_of_scheme("rtmp") == Protocol::rtmp);
    CHECK(protocol_of_scheme("rtmps") == Protocol::rtmps);
    CHECK(protocol_of_scheme("srt") == Protocol::srt);
    CHECK(protocol_of_scheme("https") == Protocol::whip);
    CHECK_FALSE(protocol_of_scheme("whip"));
    CHECK_FALSE(protocol_of_scheme("gopher"));
}

}  // namespace tally::control
