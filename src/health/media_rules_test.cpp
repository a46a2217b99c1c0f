#include "health/rule_cases.hpp"

namespace tally::health {
namespace {

using namespace std::chrono_literals;
using media::Second;
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

const auto usual_video = [](Second&, Audit& now) { now.video = video_format(1280, 720); };

}  // namespace

std::vector<Case> media_cases() {
    return {
        {.code = "ingest_starved",
         .severity = Severity::critical,
         .raised_after = 8,
         .cleared_after = 25,
         .told = "0.68× real time",
         .cause = [](Second& second, Audit&) { second.video.media = second.audio.media = 600ms; }},
        {.code = "ingest_too_fast",
         .raised_after = 18,
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
         .told = "3.1 frame intervals (7 ms)",
         .cause = [](Second& second, Audit&) { second.jitter = 3.1; }},
        {.code = "buffer_health_low",
         .raised_after = 17,
         .cleared_after = 44,
         .told = "59 % of its target",
         .cause = [](Second& second, Audit&) { second.video.media = second.audio.media = 800ms; },
         .worse = [](Second& second, Audit&) { second.video.media = second.audio.media = 300ms; },
         .worse_after = 17,
         .told_worse = "31 % of its target"},
        {.code = "latency_high",
         .raised_after = 16,
         .cleared_after = 31,
         .told = "11.0 s, over 9.0 s",
         .cause = [](Second&, Audit& now) { now.delivery.latency = 11; },
         .calm = [](Second&, Audit& now) { now.delivery.latency = 2; },
         .worse = [](Second&, Audit& now) { now.delivery.latency = 19; },
         .worse_after = 16,
         .told_worse = "19.0 s, over 9.0 s"},
        {.code = "bitrate_drop",
         .raised_after = 10,
         .cleared_after = 38,
         .told = "800 kbps over 10 s, 73 % below the 60 s median of 3000 kbps",
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
         .cleared_after = 590,
         .told = "1 times",
         .cause = [](Second&, Audit& now) { now.incidents.rivals = 1; }},
        {.code = "dropped_frames",
         .severity = Severity::warning,
         .raised_after = 10,
         .cleared_after = 88,
         .told = "1.1 %",
         .cause = [](Second& second, Audit&) { second.video.missing = 1; },
         .worse = [](Second& second, Audit&) { second.video.missing = 9; },
         .worse_after = 5,
         .told_worse = "5.8 % of the frames"},
        {.code = "frame_rate_low",
         .raised_after = 14,
         .cleared_after = 30,
         .told = "20.0 frames a second arrive, of 30.0 declared",
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
         .cause = [](Second& second, Audit&) { second.av_offset = 250ms; },
         .worse = [](Second& second, Audit&) { second.av_offset = -640ms; },
         .worse_after = 6,
         .told_worse = "640 ms behind video"},
        {.code = "gop_too_long",
         .raised_after = 6,
         .cleared_after = 6,
         .told = "every 4.8 s",
         .cause = [](Second& second, Audit&) { second.keyframe_interval = 4800ms; },
         .worse = [](Second& second, Audit&) { second.keyframe_interval = 12'000ms; },
         .worse_after = 6,
         .told_worse = "every 12.0 s"},
        {.code = "gop_too_short",
         .severity = Severity::info,
         .raised_after = 6,
         .cleared_after = 6,
         .told = "every 0.25 s",
         .cause = [](Second& second, Audit&) { second.keyframe_interval = 250ms; }},
        {.code = "gop_irregular",
         .severity = Severity::info,
         .raised_after = 4,
         .cleared_after = 24,
         .told = "varies by 0.34",
         .cause = [](Second& second,
                     Audit&) { second.keyframe_interval = second.number % 4 < 2 ? 500ms : 3500ms; }},
        {.code = "open_gop",
         .raised_after = 1,
         .cleared_after = 5,
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
         .raised_after = 39,
         .cleared_after = 32,
         .told = "400 kbps are few",
         .cause =
             [](Second& second, Audit& now) {
                 usual_video(second, now);
                 second.video.bytes = 50'000;
             },
         .calm = usual_video},
        {.code = "bitrate_high",
         .raised_after = 34,
         .cleared_after = 37,
         .told = "12000 kbps are more",
         .cause =
             [](Second& second, Audit& now) {
                 usual_video(second, now);
                 second.video.bytes = 1'500'000;
             },
         .calm = usual_video},
        {.code = "bitrate_unstable",
         .severity = Severity::info,
         .raised_after = 12,
         .cleared_after = 115,
         .told = "varies by 0.35 of its mean",
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
         .raised_after = 18,
         .cleared_after = 13,
         .told = "32 kbps",
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
         .told = "Changes within a minute: 1.",
         .cause = [](Second& second, Audit&) { second.changes = 1; }},
    };
}

}  // namespace tally::health
