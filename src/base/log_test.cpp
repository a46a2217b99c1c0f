#include "base/log.hpp"

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

TEST_CASE("a peer cannot forge a second line") {
    const auto line = render(Level::info, Format::text, "play", {{"name", "x\nerror forged"}});
    CHECK(line.find('\n') == std::string::npos);
}

}  // namespace tally::log
