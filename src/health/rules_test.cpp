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

/// How many seconds of `change` it takes; more than anything takes, when it never holds.
int seconds_until(Watch& watch, const Watch::Change& change, const std::function<bool()>& holds) {
    int seconds = 0;
    for (; !holds() && seconds < 700; ++seconds)
        watch.feed(1, change);
    return seconds;
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

TEST_CASE("each cause raises its alert on its second, says the value, and clears on its second") {
    for (const auto& each : cases()) {
        CAPTURE(each.code);
        const auto& rule = *find_rule(each.code);
        Watch watch(each.plan);
        watch.feed(each.before, each.calm);
        REQUIRE_FALSE(watch.alert(each.code));
        const auto needed =
            seconds_until(watch, each.cause, [&] { return watch.alert(each.code).has_value(); });
        CHECK(needed == each.raised_after);
        CHECK(std::chrono::seconds(needed) > rule.raise.hold);
        REQUIRE(watch.alert(each.code));
        const auto alert = *watch.alert(each.code);
        CHECK(alert.severity == each.severity);
        CHECK_MESSAGE(alert.message.contains(each.told), alert.message);
        CHECK_FALSE(alert.remedy.empty());
        const auto calm =
            seconds_until(watch, each.calm, [&] { return !watch.alert(each.code).has_value(); });
        CHECK(calm == each.cleared_after);
        CHECK(std::chrono::seconds(calm) > rule.clear_hold);
        CHECK(watch.last(each.code)->resolved == watch.clock.now());
    }
}

TEST_CASE("what escalates does so when it becomes worse, on its second, and says the value") {
    std::set<std::string_view> escalated = {"ingest_not_started"};  // in lone_rules_test.cpp
    for (const auto& each : cases()) {
        if (!each.worse) continue;
        CAPTURE(each.code);
        escalated.insert(each.code);
        Watch watch(each.plan);
        watch.feed(each.before, each.calm);
        seconds_until(watch, each.cause, [&] { return watch.alert(each.code).has_value(); });
        REQUIRE(watch.alert(each.code));
        const auto needed = seconds_until(watch, each.worse, [&] {
            return watch.alert(each.code)->severity == Severity::critical;
        });
        CHECK(needed == each.worse_after);
        CHECK(std::chrono::seconds(needed) > find_rule(each.code)->escalate->hold);
        const auto message = watch.last(each.code)->message;
        CHECK_MESSAGE(message.contains(each.told_worse), message);
    }
    for (const auto& rule : rules())
        CHECK_MESSAGE(rule.escalate.has_value() == escalated.contains(rule.code), rule.code);
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
