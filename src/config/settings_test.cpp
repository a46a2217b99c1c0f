#include "config/settings.hpp"

#include <doctest/doctest.h>

#include <set>

namespace tally::config {

namespace {

const char* nothing_set(const char*) {
    return nullptr;
}

}  // namespace

TEST_CASE("the defaults are valid") {
    CHECK(load(std::nullopt, nothing_set));
}

TEST_CASE("every key has one comment, and every comment a key") {
    Settings settings;
    std::multiset<std::string_view> commented;
    for (const auto& comment : settings_comments())
        commented.insert(comment.key);
    const auto keys = keys_of(settings);
    for (const auto& key : keys) {
        CAPTURE(key.name);
        CHECK(commented.count(key.name) == 1);
    }
    CHECK(commented.size() == keys.size());
}

TEST_CASE("printed settings read back as they are") {
    Settings settings;
    settings.ports.rtmp = 19350;
    settings.log.format = log::Format::json;
    const auto document = print(settings);
    const auto again = parse<Settings>(document, "printed");
    REQUIRE(again);
    CHECK(print(*again) == document);
    CHECK(document.find("rtmp = 19350  # default: 1935\n") != std::string::npos);
}

TEST_CASE("two services cannot have one port, unless the system picks it") {
    Settings settings;
    settings.ports.cdn = settings.ports.streaming;
    const auto valid = validate(settings);
    REQUIRE_FALSE(valid);
    CHECK(valid.error().context == "ports.cdn: 3002 is also ports.streaming");
    settings.ports.cdn = settings.ports.streaming = 0;
    CHECK(validate(settings));
}

TEST_CASE("durations that do not fit one another are refused") {
    Settings settings;
    settings.live.part_duration = Milliseconds(3000);
    CHECK(validate(settings).error().context.starts_with("live.part_duration: "));
    settings = {};
    settings.live.window = Milliseconds(5000);
    CHECK(validate(settings).error().context.starts_with("live.window: "));
    settings = {};
    settings.live.segment_duration = Milliseconds(0);
    CHECK(validate(settings).error().context.starts_with("live.segment_duration: "));
}

TEST_CASE("an open API listens on loopback alone") {
    Settings settings;
    settings.server.bind = "0.0.0.0";
    const auto valid = validate(settings);
    REQUIRE_FALSE(valid);
    CHECK(valid.error().context.starts_with("auth.mode: \"open\" is for loopback alone"));
    settings.auth.mode = AuthMode::required;
    CHECK(validate(settings));
    settings.auth.mode = AuthMode::open;
    for (const auto* loopback : {"127.0.0.1", "127.1.2.3", "::1"}) {
        settings.server.bind = loopback;
        CHECK(validate(settings));
    }
}

TEST_CASE("an admission hook is an address with a secret, and answers in bounded time") {
    Settings settings;
    settings.hooks.play = "example.com/hook";
    CHECK(validate(settings).error().context == "hooks.play: must be an http or https address");
    settings.hooks.play = "https://example.com/hook";
    CHECK(validate(settings).error().context == "hooks.secret: must be \"whsec_...\", as hooks.play is set");
    settings.hooks.secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    CHECK(validate(settings));
    for (const Milliseconds out_of_bounds : {Milliseconds(0), Milliseconds(5001)}) {
        settings.hooks.timeout = out_of_bounds;
        CHECK(validate(settings).error().context == "hooks.timeout: must be from \"100ms\" to \"5s\"");
    }
}

TEST_CASE("a bind address that is none is refused before anything listens") {
    Settings settings;
    settings.server.bind = "localhsot";
    CHECK(validate(settings).error().context == "server.bind: \"localhsot\" is not an IP address");
}

TEST_CASE("the host in the URLs that are given out is a host alone") {
    Settings settings;
    for (const auto* good : {"live.example.com", "203.0.113.7", "[2001:db8::1]"}) {
        settings.server.public_host = good;
        CHECK(validate(settings));
    }
    for (const auto* bad : {"http://live.example.com", "live.example.com:3004", "a b", "[]", "2001:db8::1"}) {
        settings.server.public_host = bad;
        CHECK_FALSE(validate(settings));
    }
    settings.server.public_host = "a b";
    CHECK(
        validate(settings).error().context ==
        "server.public_host: \"a b\" is not a host name alone, without scheme, port and path"
    );
}

TEST_CASE("a file that cannot be read is one clear line") {
    CHECK(load("no/such/file.toml", nothing_set).error().context == "no/such/file.toml: cannot be read");
    CHECK(load("src", nothing_set).error().context == "src: cannot be read");
}

}  // namespace tally::config
