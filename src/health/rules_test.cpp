// Each rule: its cause raises it after its hold with the measured value in the message, and its end clears
// it.
#include "health/rule_cases.hpp"

#include <algorithm>
#include <set>

using namespace tally;
using namespace tally::health;

namespace {

std::vector<Case> cases() {
    auto all = media_cases();
    std::ranges::move(content_cases(), std::back_inserter(all));
    std::ranges::move(surroundings_cases(), std::back_inserter(all));
    return all;
}

/// Those with a test of their own, in lone_rules_test.cpp.
const std::set<std::string_view> told_apart = {
    "ingest_disconnected",
    "ingest_not_started",
    "reconnect_flapping",
    "video_codec_unsupported",
    "audio_codec_unsupported",
    "container_bad",
    "video_profile_unsupported",
    "interlaced_video",
};

}  // namespace

TEST_CASE("each cause raises its alert in time, says the value, and clears in time") {
    for (const auto& each : cases()) {
        CAPTURE(each.code);
        Watch watch(each.plan);
        watch.feed(each.before, each.calm);
        REQUIRE_FALSE(watch.alert(each.code));
        int needed = 0;
        while (!watch.alert(each.code) && needed < 200) {
            watch.feed(1, each.cause);
            ++needed;
        }
        REQUIRE(watch.alert(each.code));
        CHECK(needed <= each.raised_after + 1);
        CHECK(needed >= each.raised_after / 2);
        const auto alert = *watch.alert(each.code);
        CHECK(alert.severity == each.severity);
        CHECK_MESSAGE(alert.message.find(each.told) != std::string::npos, alert.message);
        CHECK_FALSE(alert.remedy.empty());
        int calm = 0;
        while (watch.alert(each.code) && calm < 700) {
            watch.feed(1, each.calm);
            ++calm;
        }
        CHECK_FALSE(watch.alert(each.code));
        CHECK(calm <= each.cleared_after + 2);
        CHECK(calm >= each.cleared_after / 2);
        CHECK(watch.last(each.code)->resolved == watch.clock.now());
    }
}

TEST_CASE("every rule has its test, and there are enough") {
    std::set<std::string_view> tested = told_apart;
    for (const auto& each : cases())
        tested.insert(each.code);
    std::set<std::string_view> known;
    for (const auto& rule : rules())
        CHECK_MESSAGE(known.insert(rule.code).second, rule.code);
    CHECK(tested == known);
    CHECK(known.size() >= 45);
}
