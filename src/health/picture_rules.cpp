// What the frames and their order tell of the encoder.
#include "health/rule.hpp"

#include <cmath>

namespace tally::health {
namespace {

using namespace std::chrono_literals;
using enum Severity;

Sight dropped(const Scene& scene) {
    return flows(scene) ? sight(scene.vitals.dropped_ratio_30s) : std::nullopt;
}

/// Against the rate that the encoder itself declares, or that was declared for it.
Sight frame_rate(const Scene& scene) {
    const auto& vitals = scene.vitals;
    if (!flows(scene) || !vitals.fps || !vitals.video) return std::nullopt;
    const auto declared = vitals.video->frame_rate.value_or(scene.plan.is_declared() ? scene.plan.fps : 0);
    if (declared <= 0) return std::nullopt;
    return Reading{.value = *vitals.fps, .scale = declared};
}

constexpr double highest_fps = 120;

Sight frame_rate_bound(const Scene& scene) {
    return flows(scene) ? sight(scene.vitals.fps) : std::nullopt;
}

Sight av_offset(const Scene& scene) {
    if (!flows(scene) || !scene.vitals.av_drift_ms) return std::nullopt;
    const auto offset = *scene.vitals.av_drift_ms;
    return Reading{.value = std::abs(offset), .note = offset > 0 ? "ahead of" : "behind"};
}

/// Three GOPs raise, and three clear.
Sight long_gops(const Scene& scene) {
    if (!scene.vitals.shortest_gop || !scene.vitals.longest_gop) return std::nullopt;
    return Reading{.value = *scene.vitals.shortest_gop, .relief = scene.vitals.longest_gop};
}

Sight short_gops(const Scene& scene) {
    if (!scene.vitals.shortest_gop || !scene.vitals.longest_gop) return std::nullopt;
    return Reading{.value = *scene.vitals.longest_gop, .relief = scene.vitals.shortest_gop};
}

Sight gop_variation(const Scene& scene) {
    return sight(scene.vitals.gop_variation);
}

Sight leading_pictures(const Scene& scene) {
    return Reading{.value = static_cast<double>(scene.vitals.leading_in_3_gops)};
}

Sight b_frames(const Scene& scene) {
    if (!scene.plan.low_latency) return std::nullopt;
    return Reading{.value = static_cast<double>(scene.vitals.b_frames)};
}

Sight video_absence(const Scene& scene) {
    return flows(scene) ? sight(scene.vitals.video_absent) : std::nullopt;
}

Sight audio_absence(const Scene& scene) {
    return flows(scene) ? sight(scene.vitals.audio_absent) : std::nullopt;
}

constexpr auto picture_table = std::to_array<Rule>({
    {.code = "dropped_frames",
     .category = Category::encoder,
     .title = "Frames are dropped",
     .metric = "droppedFrameRatio",
     .unit = "ratio",
     .window = 30s,
     .raise = {warning, 0.01, 0s},
     .escalate = Level{critical, 0.05, 0s},
     .clear = 0.003,
     .clear_hold = 60s,
     .read = dropped,
     .message = "{percent:.1f} % of the frames of the last 30 s are missing.",
     .remedy = "The encoder is overloaded: reduce its output resolution or frame rate."},
    {.code = "frame_rate_low",
     .category = Category::encoder,
     .title = "Frame rate is low",
     .metric = "fps",
     .unit = "fps",
     .window = 10s,
     .bad = Bad::below,
     .raise = {warning, 0.90, 10s},
     .clear = 0.97,
     .clear_hold = 20s,
     .read = frame_rate,
     .message = "{value:.1f} frames a second arrive, of {scale:.1f} declared.",
     .remedy = "Reduce the encoder's resolution or frame rate, and close what else uses its GPU."},
    {.code = "frame_rate_high",
     .category = Category::encoder,
     .title = "Frame rate is high",
     .metric = "fps",
     .unit = "fps",
     .window = 10s,
     .raise = {warning, highest_fps, 0s},
     .clear = highest_fps,
     .read = frame_rate_bound,
     .message = "{value:.0f} frames a second are more than players can be expected to show.",
     .remedy = "Set the encoder to {bound:.0f} frames a second or fewer."},
    {.code = "av_desync",
     .category = Category::encoder,
     .title = "Sound and picture are apart",
     .metric = "avDriftMs",
     .unit = "ms",
     .raise = {warning, 150, 5s},
     .escalate = Level{critical, 500, 5s},
     .clear = 80,
     .clear_hold = 15s,
     .read = av_offset,
     .message = "Audio is {value:.0f} ms {note} video.",
     .remedy = "Set the encoder's sync offset by {value:.0f} ms."},
    {.code = "gop_too_long",
     .category = Category::encoder,
     .title = "Check keyframe interval",
     .metric = "keyframeInterval",
     .unit = "s",
     .raise = {warning, 4, 0s},
     .escalate = Level{critical, 10, 0s},
     .clear = 4,
     .read = long_gops,
     .message = "Keyframes arrive every {value:.1f} s.",
     .remedy = "Send one every 2 s."},
    {.code = "gop_too_short",
     .category = Category::encoder,
     .title = "Keyframes are too frequent",
     .metric = "keyframeInterval",
     .unit = "s",
     .bad = Bad::below,
     .raise = {info, 0.5, 0s},
     .clear = 0.5,
     .read = short_gops,
     .message = "Keyframes arrive every {value:.2f} s: they take bits from the picture.",
     .remedy = "Send one every 2 s."},
    {.code = "gop_irregular",
     .category = Category::encoder,
     .title = "Keyframes are irregular",
     .metric = "keyframeVariation",
     .unit = "ratio",
     .raise = {info, 0.3, 0s},
     .clear = 0.3,
     .clear_hold = 6s,
     .read = gop_variation,
     .message = "The keyframe interval varies by {value:.2f} of its mean.",
     .remedy = "Use a fixed interval of 2 s, with scene-cut detection off."},
    {.code = "open_gop",
     .category = Category::encoder,
     .title = "GOPs are open",
     .metric = "leadingPictures",
     .unit = "frames",
     .raise = {warning, 0, 0s},
     .clear = 0,
     .read = leading_pictures,
     .message = "{value:.0f} frames of the last three GOPs need the GOP before: players that join lose them.",
     .remedy = "Set the encoder to closed GOPs."},
    {.code = "b_frames_low_latency",
     .category = Category::encoder,
     .title = "B-frames cost latency",
     .metric = "bFrames",
     .unit = "frames",
     .window = 60s,
     .raise = {info, 2, 0s},
     .clear = 2,
     .read = b_frames,
     .message = "{value:.0f} B-frames in a row delay a low-latency stream.",
     .remedy = "Tune for zero latency, or use two B-frames at most."},
    {.code = "no_video",
     .category = Category::ingest,
     .title = "No video",
     .metric = "videoAbsent",
     .unit = "s",
     .raise = {critical, 10, 0s},
     .clear = 0,
     .clear_hold = 3s,
     .read = video_absence,
     .message = "No video was received for {value:.0f} s.",
     .remedy = "Check the encoder's video source and that video is sent."},
    {.code = "no_audio",
     .category = Category::ingest,
     .title = "No audio",
     .metric = "audioAbsent",
     .unit = "s",
     .raise = {warning, 10, 0s},
     .clear = 0,
     .clear_hold = 3s,
     .read = audio_absence,
     .message = "No audio was received for {value:.0f} s.",
     .remedy = "Check the encoder's audio source and that audio is sent."},
});

}  // namespace

std::span<const Rule> picture_rules() {
    return picture_table;
}

}  // namespace tally::health
