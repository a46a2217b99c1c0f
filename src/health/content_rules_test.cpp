#include "health/rule_cases.hpp"

namespace tally::health {
namespace {

Watch::Change seen_and_heard(const Content& content) {
    return [content](media::Second&, Observation& now) { now.content = content; };
}

const auto usual = seen_and_heard({
    .luma = 180,
    .change = 40,
    .level_db = -23,
    .clipped = 0,
    .loudness = -20,
});

}  // namespace

std::vector<Case> content_cases() {
    return {
        {.code = "video_black",
         .raised_after = 11,
         .cleared_after = 6,
         .told = "luma is 4 of 255",
         .cause = seen_and_heard({.luma = 4, .change = 0}),
         .calm = usual},
        {.code = "video_frozen",
         .raised_after = 16,
         .cleared_after = 6,
         .told = "by more than 0.3 of 255",
         .cause = seen_and_heard({.luma = 180, .change = 0.3}),
         .calm = usual},
        {.code = "audio_silent",
         .raised_after = 16,
         .cleared_after = 6,
         .told = "-96 dBFS",
         .cause = seen_and_heard({.level_db = -96}),
         .calm = usual},
        {.code = "audio_clipping",
         .severity = Severity::info,
         .raised_after = 1,
         .cleared_after = 6,
         .told = "2.0 %",
         .cause = seen_and_heard({.clipped = 0.02}),
         .calm = usual},
        {.code = "loudness",
         .severity = Severity::info,
         .raised_after = 1,
         .cleared_after = 6,
         .told = "-8.5 LUFS; -12 is the limit",
         .cause = seen_and_heard({.loudness = -8.5}),
         .calm = usual},
    };
}

TEST_CASE("a black picture is told as black and not as frozen, and quiet sound with its own limit") {
    Watch watch;
    watch.feed(40, seen_and_heard({.luma = 3, .change = 0, .loudness = -31}));
    CHECK(watch.alert("video_black"));
    CHECK_FALSE(watch.alert("video_frozen"));
    CHECK(watch.alert("loudness")->message.find("-24 is the limit") != std::string::npos);
    CHECK(watch.alert("loudness")->remedy.starts_with("Turn the encoder's audio up"));
}

TEST_CASE("without an encoder nothing is seen or heard, and what was told stays") {
    Watch watch;
    const auto black = seen_and_heard({.luma = 3});
    watch.pass(40, [](Observation& now) { now.content.luma = 3; });
    CHECK_FALSE(watch.alert("video_black"));
    watch.feed(20, black);
    CHECK(watch.alert("video_black"));
    watch.pass(5);
    CHECK(watch.alert("video_black"));
}

}  // namespace tally::health
