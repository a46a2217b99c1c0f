#include "base/log.hpp"

#include "base/utf8.hpp"

#include <doctest/doctest.h>

namespace tally::log {

TEST_CASE("an event is one readable line") {
    CHECK(
        render(Level::info, Format::text, "publish started", {{"channel", "ch_001"}, {"peer", "a b"}}) ==
        R"(info  publish started  channel=ch_001  peer="a b")"
    );
}

TEST_CASE("an event is one JSON object with bare numbers") {
    CHECK(
        render(Level::warn, Format::json, "slow", {{"ms", 12}, {"path", "/a\"b"}}) ==
        R"("level":"warn","event":"slow","ms":12,"path":"/a\"b"})"
    );
}

TEST_CASE("what a peer sent that is no text does not break the line that tells of it") {
    for (const auto format : {Format::json, Format::text}) {
        CHECK(is_utf8(render(Level::info, format, "request", {{"agent", "a\xff\xc3 b"}})));
        CHECK(render(Level::info, format, "request", {{"agent", "caf\xc3\xa9"}}).contains("caf\xc3\xa9"));
    }
    CHECK(
        render(Level::info, Format::json, "request", {{"agent", "a\xff"}}) ==
        R"("level":"info","event":"request","agent":"a\ufffd"})"
    );
}

TEST_CASE("a peer cannot forge a second line") {
    const auto line = render(Level::info, Format::text, "play", {{"name", "x\nerror forged"}});
    CHECK(line.find('\n') == std::string::npos);
}

}  // namespace tally::log
