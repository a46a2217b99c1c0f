#include "base/secrets.hpp"

#include "base/log.hpp"

#include <doctest/doctest.h>

namespace tally {

TEST_CASE("of a secret its kind is left, wherever it stands") {
    CHECK(mask_secrets("sk_live_Ab-9_x") == "sk_live_***");
    CHECK(
        mask_secrets("rtmp://h/live/sk_live_Ab9?x=1 and tk_live_Q") ==
        "rtmp://h/live/sk_live_***?x=1 and tk_live_***"
    );
    CHECK(mask_secrets("a whsec_MfKQ+/w== b") == "a whsec_*** b");
    CHECK(mask_secrets("?token=eyJhbGciOiJI.eyJzdWIiOiJj.c2ln&t=1") == "?token=eyJ***&t=1");
    CHECK(mask_secrets("sk_live_") == "sk_live_***");
    CHECK(mask_secrets("st_live_1 task_live") == "st_live_1 task_live");
    CHECK(mask_secrets("").empty());
}

TEST_CASE("a secret passed to the log does not get into it") {
    const auto line = log::render(log::Level::info, log::Format::json, "x", {{"url", "/live/sk_live_abc"}});
    CHECK(line == R"("level":"info","event":"x","url":"/live/sk_live_***"})");
    const auto text =
        log::render(log::Level::info, log::Format::text, "x", {{"a", 1}, {"url", "sk_live_abc"}});
    CHECK(text == "info  x  a=1  url=sk_live_***");
}

}  // namespace tally
