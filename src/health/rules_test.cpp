// Each rule: its cause raises it after its hold with the measured value in the message, and its end clears
// it.
#include "health/testing.hpp"

#include <set>

using namespace std::chrono_literals;
using namespace tally;
using namespace tally::health;
using media::Second;

namespace {

/// A cause of an alert, fed second by second.
struct Case {
    std::string_view code;
    Severity severity = Severity::warning;
    int raised_after = 0;   // seconds of the cause
    int cleared_after = 0;  // seconds without it
    std::string_view told;  // of the message
    Watch::Change cause;
    Plan plan = {.width = 1280, .height = 720, .kbps = 3000, .fps = 30, .recorded = true};
    Watch::Change calm = {};  // after it, where that is not the usual media
    int before = 70;          // seconds of usual media
};

using Audit = Observation;

media::FormatPtr audio_format(std::uint32_t rate, std::uint32_t channels) {
    codec::AudioFormat format;
    format.sample_rate = rate;
    format.channels = channels;
    return std::make_shared<const codec::Format>(format);
}

media::FormatPtr video_format(std::uint32_t width, std::uint32_t height) {
    codec::VideoFormat format;
    format.width = width;
    format.height = height;
    return std::make_shared<const codec::Format>(format);
}

Watch::Change audience(const std::function<void(Audience&)>& set) {
    return [set](Second&, Audit& now) {
        now.audience.reporting = 500;
        now.audience.attempts = 500;
        set(now.audience);
    };
}

const auto usual_video = [](Second&, Audit& now) { now.video = video_format(1280, 720); };

const std::vector<Case>& cases() {
    static const std::vector<Case> all = {
        {.code = "ingest_starved",
         .severity = Severity::critical,
         .raised_after = 7,  // the ratio is of ten seconds, and breaks its bound after some
         .cleared_after = 25,
         .told = "0.6",
         .cause = [](Second& second, Audit&) { second.video.media = second.audio.media = 600ms; }},
        {.code = "ingest_too_fast",
         .raised_after = 17,
         .cleared_after = 25,
         .told = "1.50×",
         .cause = [](Second& second, Audit&) { second.video.media = second.audio.media = 1500ms; }},
        {.code = "timestamp_discontinuity",
         .raised_after = 1,
         .cleared_after = 60,
         .told = "jumped 1 times",
         .cause = [](Second& second, Audit&) { second.jumps = 1; }},
        {.code = "jitter_high",
         .raised_after = 11,
         .cleared_after = 31,
         .told = "3.1 frame intervals",
         .cause = [](Second& second, Audit&) { second.jitter = 3.1; }},
        {.code = "buffer_health_low",
         .raised_after = 17,
         .cleared_after = 70,
         .told = "%",
         .cause = [](Second& second, Audit&) { second.video.media = second.audio.media = 800ms; }},
        {.code = "latency_high",
         .raised_after = 16,
         .cleared_after = 31,
         .told = "11.0 s, over 9.0 s",
         .cause = [](Second&, Audit& now) { now.delivery.latency = 11; },
         .calm = [](Second&, Audit& now) { now.delivery.latency = 2; }},
        {.code = "bitrate_drop",
         .raised_after = 9,
         .cleared_after = 40,
         .told = "3000 kbps",
         .cause = [](Second& second, Audit&) { second.video.bytes = 100'000; }},
        {.code = "rtt_high",
         .severity = Severity::info,
         .raised_after = 31,
         .cleared_after = 1,
         .told = "412 ms",
         .cause = [](Second& second, Audit&) { second.rtt = 412ms; }},
        {.code = "auth_failures",
         .raised_after = 1,
         .cleared_after = 1,
         .told = "44 attempts",
         .cause = [](Second&, Audit& now) { now.host.refused_keys = 44; },
         .calm = [](Second&, Audit& now) { now.host.refused_keys = now.host.refused_keys_10m = 0; }},
        {.code = "key_leak_suspected",
         .severity = Severity::critical,
         .raised_after = 11,
         .cleared_after = 600,
         .told = "1 times",
         .cause = [](Second&, Audit& now) { now.incidents.rivals = 1; }},
        {.code = "dropped_frames",
         .severity = Severity::warning,
         .raised_after = 10,
         .cleared_after = 95,
         .told = "%",
         .cause = [](Second& second, Audit&) { second.video.missing = 1; }},
        {.code = "frame_rate_low",
         .raised_after = 14,
         .cleared_after = 30,
         .told = "of 30.0 declared",
         .cause =
             [](Second& second, Audit& now) {
                 usual_video(second, now);
                 second.video.frames = 20;
             },
         .calm = usual_video},
        {.code = "frame_rate_high",
         .raised_after = 8,
         .cleared_after = 3,
         .told = "126 frames",
         .cause = [](Second& second, Audit&) { second.video.frames = 150; }},
        {.code = "av_desync",
         .raised_after = 6,
         .cleared_after = 16,
         .told = "250 ms ahead of video",
         .cause = [](Second& second, Audit&) { second.av_offset = 250ms; }},
        {.code = "gop_too_long",
         .raised_after = 6,
         .cleared_after = 6,
         .told = "every 4.8 s",
         .cause = [](Second& second, Audit&) { second.keyframe_interval = 4800ms; }},
        {.code = "gop_too_short",
         .severity = Severity::info,
         .raised_after = 6,
         .cleared_after = 6,
         .told = "every 0.25 s",
         .cause = [](Second& second, Audit&) { second.keyframe_interval = 250ms; }},
        {.code = "gop_irregular",
         .severity = Severity::info,
         .raised_after = 6,
         .cleared_after = 30,
         .told = "varies by",
         .cause = [](Second& second,
                     Audit&) { second.keyframe_interval = second.number % 4 < 2 ? 500ms : 3500ms; }},
        {.code = "open_gop",
         .raised_after = 1,
         .cleared_after = 8,
         .told = "2 frames",
         .cause = [](Second& second, Audit&) { second.leading = 2; }},
        {.code = "b_frames_low_latency",
         .severity = Severity::info,
         .raised_after = 1,
         .cleared_after = 60,
         .told = "5 B-frames",
         .cause = [](Second& second, Audit&) { second.b_frames = 5; },
         .plan = {.low_latency = true}},
        {.code = "no_video",
         .severity = Severity::critical,
         .raised_after = 11,
         .cleared_after = 4,
         .told = "No video was received for 11 s",
         .cause = [](Second& second, Audit&) { second.video = {}; }},
        {.code = "no_audio",
         .raised_after = 11,
         .cleared_after = 4,
         .told = "No audio was received for 11 s",
         .cause = [](Second& second, Audit&) { second.audio = {}; }},
        {.code = "bitrate_low",
         .severity = Severity::info,
         .raised_after = 40,
         .cleared_after = 45,
         .told = "kbps are few",
         .cause =
             [](Second& second, Audit& now) {
                 usual_video(second, now);
                 second.video.bytes = 50'000;
             },
         .calm = usual_video},
        {.code = "bitrate_high",
         .raised_after = 40,
         .cleared_after = 45,
         .told = "kbps are more",
         .cause =
             [](Second& second, Audit& now) {
                 usual_video(second, now);
                 second.video.bytes = 1'500'000;
             },
         .calm = usual_video},
        {.code = "bitrate_unstable",
         .severity = Severity::info,
         .raised_after = 12,
         .cleared_after = 121,
         .told = "of its mean",
         .cause = [](Second& second,
                     Audit&) { second.video.bytes = second.number % 2 != 0 ? 100'000 : 700'000; }},
        {.code = "resolution_unsupported",
         .raised_after = 1,
         .cleared_after = 1,
         .told = "359 lines",
         .cause = [](Second&, Audit& now) { now.video = video_format(640, 359); },
         .calm = usual_video},
        {.code = "resolution_suboptimal",
         .raised_after = 1,
         .cleared_after = 1,
         .told = "3.00 times",
         .cause = [](Second&, Audit& now) { now.video = video_format(1080, 360); },
         .calm = usual_video},
        {.code = "audio_channels",
         .severity = Severity::info,
         .raised_after = 1,
         .cleared_after = 1,
         .told = "6 channels",
         .cause = [](Second&, Audit& now) { now.audio = audio_format(48'000, 6); },
         .calm = [](Second&, Audit& now) { now.audio = audio_format(48'000, 2); }},
        {.code = "audio_sample_rate",
         .severity = Severity::info,
         .raised_after = 1,
         .cleared_after = 1,
         .told = "22050 Hz",
         .cause = [](Second&, Audit& now) { now.audio = audio_format(22'050, 2); },
         .calm = [](Second&, Audit& now) { now.audio = audio_format(44'100, 2); }},
        {.code = "audio_bitrate",
         .severity = Severity::info,
         .raised_after = 20,
         .cleared_after = 21,
         .told = "kbps",
         .cause =
             [](Second& second, Audit& now) {
                 now.audio = audio_format(48'000, 2);
                 second.audio.bytes = 4000;
             },
         .calm = [](Second&, Audit& now) { now.audio = audio_format(48'000, 2); }},
        {.code = "declared_mismatch",
         .severity = Severity::info,
         .raised_after = 6,
         .cleared_after = 6,
         .told = "640x360 at 30 fps, declared is 1280x720",
         .cause = [](Second&, Audit& now) { now.video = video_format(640, 360); },
         .calm = usual_video},
        {.code = "settings_changed",
         .raised_after = 1,
         .cleared_after = 60,
         .told = "changed 1 times",
         .cause = [](Second& second, Audit&) { second.changes = 1; }},
        {.code = "segment_gap",
         .severity = Severity::critical,
         .raised_after = 1,
         .cleared_after = 60,
         .told = "2 segments",
         .cause = [](Second&, Audit& now) { now.delivery.gaps = 2; }},
        {.code = "playlist_stale",
         .severity = Severity::critical,
         .raised_after = 1,
         .cleared_after = 7,
         .told = "7 s",
         .cause = [](Second&, Audit& now) { now.delivery.update_age = 7; },
         .calm = [](Second&, Audit& now) { now.delivery.update_age = 1; }},
        {.code = "recording_failed",
         .severity = Severity::critical,
         .raised_after = 1,
         .cleared_after = 1,
         .told = "1 failure",
         .cause = [](Second&, Audit& now) { now.delivery.recording_failed = true; }},
        {.code = "disk_low",
         .raised_after = 1,
         .cleared_after = 11,
         .told = "1.9 h left",
         .cause =
             [](Second&, Audit& now) {
                 now.host.disk_free = 0.5;
                 now.host.disk_free_bytes = 1.9 * 3600 * (375'000 + 16'000);
             },
         .calm =
             [](Second&, Audit& now) {
                 now.host.disk_free = 0.5;
                 now.host.disk_free_bytes = 1e12;
             }},
        {.code = "limit_breach",
         .raised_after = 1,
         .cleared_after = 1,
         .told = "93 %",
         .cause =
             [](Second&, Audit& now) {
                 now.host.limit = 0.93;
                 now.host.limit_name = "930 connections";
             },
         .calm = [](Second&, Audit& now) { now.host.limit = 0.5; }},
        {.code = "buffering_rate_high",
         .raised_after = 1,
         .cleared_after = 121,
         .told = "7.0 %",
         .cause = audience([](Audience& now) { now.buffering_rate = 0.07; }),
         .calm = audience([](Audience& now) { now.buffering_rate = 0.01; })},
        {.code = "rebuffer_count_high",
         .raised_after = 1,
         .cleared_after = 1,
         .told = "0.80 times",
         .cause = audience([](Audience& now) { now.rebuffers_per_minute = 0.8; }),
         .calm = audience([](Audience& now) { now.rebuffers_per_minute = 0.1; })},
        {.code = "startup_slow",
         .raised_after = 1,
         .cleared_after = 1,
         .told = "5.5 s",
         .cause = audience([](Audience& now) { now.startup_p95 = 5.5; }),
         .calm = audience([](Audience& now) { now.startup_p95 = 1; })},
        {.code = "playback_failure_high",
         .raised_after = 1,
         .cleared_after = 1,
         .told = "2.0 %",
         .cause = audience([](Audience& now) { now.failure_rate = 0.02; }),
         .calm = audience([](Audience& now) { now.failure_rate = 0; })},
        {.code = "ebvs_high",
         .raised_after = 1,
         .cleared_after = 1,
         .told = "8.0 %",
         .cause = audience([](Audience& now) { now.exit_rate = 0.08; }),
         .calm = audience([](Audience& now) { now.exit_rate = 0; })},
        {.code = "audience_drop",
         .severity = Severity::info,
         .raised_after = 1,
         .cleared_after = 11,
         .told = "40 % fewer",
         .cause = audience([](Audience& now) {
             now.viewers = 600;
             now.viewers_before = 1000;
         }),
         .calm = audience([](Audience& now) { now.viewers = now.viewers_before = 600; })},
        {.code = "beacon_coverage_low",
         .severity = Severity::info,
         .raised_after = 11,
         .cleared_after = 1,
         .told = "40 %",
         .cause = audience([](Audience& now) { now.coverage = 0.4; }),
         .calm = audience([](Audience& now) { now.coverage = 0.9; })},
        {.code = "invalid_traffic",
         .raised_after = 1,
         .cleared_after = 1,
         .told = "30 %",
         .cause = audience([](Audience& now) { now.invalid_share = 0.3; }),
         .calm = audience([](Audience& now) { now.invalid_share = 0; })},
    };
    return all;
}

/// Those with a test of their own, below and in format_rules_test.cpp.
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

TEST_CASE("a lost encoder is told at once, and three seconds of media clear it") {
    Watch watch;
    watch.feed(10);
    watch.pass(2);
    const auto alert = watch.alert("ingest_disconnected");
    REQUIRE(alert);
    CHECK(alert->severity == Severity::critical);
    CHECK(alert->message.find("The connection was lost") != std::string::npos);
    CHECK(watch.health.status() == Status::critical);
    watch.reconnect();
    watch.feed(2);
    CHECK(watch.alert("ingest_disconnected"));
    watch.feed(3);
    CHECK_FALSE(watch.alert("ingest_disconnected"));
}

TEST_CASE("an encoder that said goodbye may take its time, and a silent one five seconds") {
    Watch watch;
    watch.feed(10);
    const auto polite = [](Observation& now) { now.said_goodbye = true; };
    watch.pass(14, polite);
    CHECK_FALSE(watch.alert("ingest_disconnected"));
    watch.pass(3, polite);
    CHECK(watch.alert("ingest_disconnected"));

    Watch silent;
    silent.feed(10);
    const auto nothing = [](Second& second, Observation&) { second.video = second.audio = {}; };
    silent.feed(5, nothing);
    CHECK_FALSE(silent.alert("ingest_disconnected"));
    silent.feed(2, nothing);
    CHECK(silent.alert("ingest_disconnected"));
}

TEST_CASE("a live broadcast without an encoder is a warning after 30 s and critical after 5 min") {
    Watch watch({.ingest_url = "rtmp://host/live"});
    watch.around.standing.live_since = watch.clock.now();
    watch.pass(30);
    CHECK_FALSE(watch.alert("ingest_not_started"));
    watch.pass(1);
    REQUIRE(watch.alert("ingest_not_started"));
    CHECK(watch.alert("ingest_not_started")->remedy == "Start the encoder at rtmp://host/live.");
    watch.pass(270);
    CHECK(watch.alert("ingest_not_started")->severity == Severity::critical);
    CHECK(watch.changes.back().kind != ChangeKind::raised);
    watch.feed(1);
    CHECK_FALSE(watch.alert("ingest_not_started"));
}

TEST_CASE("three disconnects within five minutes are flapping, until ten minutes were quiet") {
    Watch watch;
    for (int i = 0; i < 3; ++i) {
        watch.feed(20);
        watch.pass(2);
        watch.reconnect();
    }
    REQUIRE(watch.alert("reconnect_flapping"));
    CHECK(watch.alert("reconnect_flapping")->message.find("3 times") != std::string::npos);
    watch.feed(590);
    CHECK(watch.alert("reconnect_flapping"));
    watch.feed(15);
    CHECK_FALSE(watch.alert("reconnect_flapping"));
}

TEST_CASE("an encoder that was refused is told of until one feeds the stream") {
    for (const auto& [code, count] : std::vector<std::pair<std::string, std::uint32_t media::Incidents::*>>{
             {"video_codec_unsupported", &media::Incidents::refused_video},
             {"audio_codec_unsupported", &media::Incidents::refused_audio},
             {"container_bad", &media::Incidents::damaged},
         }) {
        CAPTURE(code);
        Watch watch;
        watch.pass(5);
        watch.around.incidents.*count = 1;
        watch.pass(1);
        REQUIRE(watch.alert(code));
        CHECK(watch.alert(code)->severity == Severity::critical);
        watch.feed(1);
        CHECK_FALSE(watch.alert(code));
    }
}
