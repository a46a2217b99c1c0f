// What the encoder's settings are, against what plays everywhere.
#include "health/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tally::health {
namespace {

using namespace std::chrono_literals;
using enum Severity;

/// kbps of H.264 that suit a picture height, at 30 and at 60 frames a second.
struct Recommended {
    std::uint32_t height;
    double low_30, high_30, low_60, high_60;
};

constexpr auto recommendations = std::to_array<Recommended>({
    {240, 300, 700, 400, 1000},
    {360, 400, 1000, 600, 1500},
    {480, 500, 2000, 750, 3000},
    {720, 1500, 4000, 2250, 6000},
    {1080, 3000, 6000, 4500, 9000},
    {1440, 6000, 13'000, 9000, 18'000},
    {2160, 13'000, 34'000, 20'000, 51'000},
});

/// Of the smallest listed height that holds the picture.
const Recommended& recommended(const VideoFacts& video) {
    const auto height = std::min(video.width, video.height);
    const auto* found =
        std::ranges::find_if(recommendations, [&](const Recommended& each) { return height <= each.height; });
    return found == recommendations.end() ? recommendations.back() : *found;
}

Sight against_recommendation(const Scene& scene, bool lowest) {
    const auto& vitals = scene.vitals;
    if (!flows(scene) || !vitals.bitrate || !vitals.video || !vitals.fps) return std::nullopt;
    const auto& advice = recommended(*vitals.video);
    const bool fast = *vitals.fps > 45;
    const auto low = fast ? advice.low_60 : advice.low_30;
    const auto high = fast ? advice.high_60 : advice.high_30;
    return Reading{
        .value = *vitals.bitrate,
        .scale = lowest ? low : high,
        .note = fmt::format("{:.0f}–{:.0f} kbps for {}p{:.0f}", low, high, advice.height, *vitals.fps),
    };
}

Sight low_bitrate(const Scene& scene) {
    return against_recommendation(scene, true);
}

Sight high_bitrate(const Scene& scene) {
    return against_recommendation(scene, false);
}

Sight refused_video(const Scene& scene) {
    return finding(scene.vitals.refused_video, 1);
}

Sight refused_audio(const Scene& scene) {
    return finding(scene.vitals.refused_audio, 1);
}

Sight refused_container(const Scene& scene) {
    return finding(scene.vitals.refused_container, 1);
}

Sight profile(const Scene& scene) {
    const auto& video = scene.vitals.video;
    if (!video) return std::nullopt;
    const bool uncommon = video->chroma_format_idc != 1 || video->bit_depth != 8;
    return finding(uncommon, video->bit_depth, video->profile);
}

Sight scan(const Scene& scene) {
    const auto& video = scene.vitals.video;
    return video ? finding(!video->progressive, 1) : std::nullopt;
}

Sight odd_size(const Scene& scene) {
    const auto& video = scene.vitals.video;
    if (!video) return std::nullopt;
    const auto even = fmt::format("{}x{}", video->width & ~1U, video->height & ~1U);
    return finding((video->width | video->height) % 2 != 0, video->height, even);
}

/// A shape that players show with bars, or not at all.
Sight shape(const Scene& scene) {
    const auto& video = scene.vitals.video;
    if (!video || video->width == 0 || video->height == 0) return std::nullopt;
    const auto ratio = static_cast<double>(video->width) / video->height;
    constexpr auto usual =
        std::to_array<double>({16.0 / 9, 9.0 / 16, 4.0 / 3, 3.0 / 4, 1, 21.0 / 9, 5.0 / 4, 16.0 / 10});
    const bool known =
        std::ranges::any_of(usual, [&](double each) { return std::abs(ratio / each - 1) < 0.03; });
    const auto width = static_cast<std::uint32_t>(std::lround(video->height * 16.0 / 9 / 2)) * 2;
    return finding(!known, ratio, fmt::format("{}x{}", width, video->height));
}

Sight channels(const Scene& scene) {
    const auto& audio = scene.vitals.audio;
    return audio ? finding(audio->channels > 2, audio->channels) : std::nullopt;
}

Sight sample_rate(const Scene& scene) {
    const auto& audio = scene.vitals.audio;
    if (!audio) return std::nullopt;
    return finding(audio->sample_rate != 44'100 && audio->sample_rate != 48'000, audio->sample_rate);
}

Sight audio_bitrate(const Scene& scene) {
    const auto& vitals = scene.vitals;
    if (!flows(scene) || !vitals.audio || !vitals.audio_bitrate || *vitals.audio_bitrate == 0)
        return std::nullopt;
    return finding(*vitals.audio_bitrate < 56 || *vitals.audio_bitrate > 400, *vitals.audio_bitrate);
}

Sight against_plan(const Scene& scene) {
    const auto& vitals = scene.vitals;
    const auto& plan = scene.plan;
    if (!flows(scene) || !vitals.video || !vitals.fps || !plan.is_declared()) return std::nullopt;
    const bool same = vitals.video->width == plan.width && vitals.video->height == plan.height &&
                      std::abs(*vitals.fps / plan.fps - 1) < 0.1;
    const auto sent =
        fmt::format("{}x{} at {:.0f} fps", vitals.video->width, vitals.video->height, *vitals.fps);
    const auto declared = fmt::format("{}x{} at {:.0f} fps", plan.width, plan.height, plan.fps);
    return finding(!same, vitals.video->height, fmt::format("{}, declared is {}", sent, declared));
}

Sight changes(const Scene& scene) {
    return Reading{.value = static_cast<double>(scene.vitals.changes_last_minute)};
}

constexpr auto format_table = std::to_array<Rule>({
    {.code = "bitrate_low",
     .category = Category::encoder,
     .title = "Bitrate is low for its resolution",
     .metric = "bitrate",
     .unit = "kbps",
     .window = 10s,
     .bad = Bad::below,
     .raise = {info, 0.5, 30s},
     .clear = 0.5,
     .clear_hold = 30s,
     .read = low_bitrate,
     .message = "{value:.0f} kbps are few for this picture.",
     .remedy = "Recommended are {note}."},
    {.code = "bitrate_high",
     .category = Category::encoder,
     .title = "Bitrate is high for its resolution",
     .metric = "bitrate",
     .unit = "kbps",
     .window = 10s,
     .raise = {warning, 1.5, 30s},
     .clear = 1.5,
     .clear_hold = 30s,
     .read = high_bitrate,
     .message = "{value:.0f} kbps are more than many viewers can receive.",
     .remedy = "Recommended are {note}."},
    {.code = "video_codec_unsupported",
     .category = Category::encoder,
     .title = "Video codec is not supported",
     .metric = "refused",
     .unit = "count",
     .raise = {critical, 0, 0s},
     .clear = 0,
     .read = refused_video,
     .message = "The encoder sends video that cannot be carried, and was disconnected {value:.0f} time.",
     .remedy = "Use H.264."},
    {.code = "audio_codec_unsupported",
     .category = Category::encoder,
     .title = "Audio codec is not supported",
     .metric = "refused",
     .unit = "count",
     .raise = {critical, 0, 0s},
     .clear = 0,
     .read = refused_audio,
     .message = "The encoder sends audio that cannot be carried, and was disconnected {value:.0f} time.",
     .remedy = "Use AAC."},
    {.code = "container_bad",
     .category = Category::encoder,
     .title = "Media is damaged",
     .metric = "refused",
     .unit = "count",
     .raise = {critical, 0, 0s},
     .clear = 0,
     .read = refused_container,
     .message = "The encoder sent media that breaks its format, and was disconnected {value:.0f} time.",
     .remedy = "Update the encoder, or send H.264 and AAC with another."},
    {.code = "video_profile_unsupported",
     .category = Category::encoder,
     .title = "Video profile plays on few devices",
     .metric = "bitDepth",
     .unit = "bits",
     .raise = {warning, 8, 0s},
     .clear = 8,
     .read = profile,
     .message = "The video's profile is {note}, with {value:.0f} bits a sample.",
     .remedy = "Use 4:2:0 with 8 bits: profile High, Main or Baseline."},
    {.code = "interlaced_video",
     .category = Category::encoder,
     .title = "Video is interlaced",
     .metric = "interlaced",
     .unit = "count",
     .raise = {warning, 0, 0s},
     .clear = 0,
     .read = scan,
     .message = "The video is interlaced ({value:.0f} track): players show combs.",
     .remedy = "Send progressive video; deinterlace before encoding."},
    {.code = "resolution_unsupported",
     .category = Category::encoder,
     .title = "Picture size is odd",
     .metric = "height",
     .unit = "px",
     .raise = {warning, 0, 0s},
     .clear = 0,
     .read = odd_size,
     .message = "The picture, {value:.0f} lines high, has an odd side: some decoders refuse it.",
     .remedy = "Use {note}."},
    {.code = "resolution_suboptimal",
     .category = Category::encoder,
     .title = "Picture has an unusual shape",
     .metric = "aspectRatio",
     .unit = "ratio",
     .raise = {warning, 1.78, 0s},
     .clear = 1.78,
     .read = shape,
     .message = "The picture is {value:.2f} times as wide as high.",
     .remedy = "Players fill the screen with 16:9: {note}."},
    {.code = "audio_channels",
     .category = Category::encoder,
     .title = "More than two audio channels",
     .metric = "channels",
     .unit = "count",
     .raise = {info, 2, 0s},
     .clear = 2,
     .read = channels,
     .message = "The audio has {value:.0f} channels.",
     .remedy = "Send stereo: few players show more."},
    {.code = "audio_sample_rate",
     .category = Category::encoder,
     .title = "Unusual audio sample rate",
     .metric = "sampleRate",
     .unit = "Hz",
     .raise = {info, 48'000, 0s},
     .clear = 48'000,
     .read = sample_rate,
     .message = "The audio is sampled at {value:.0f} Hz.",
     .remedy = "Use 44 100 or 48 000 Hz."},
    {.code = "audio_bitrate",
     .category = Category::encoder,
     .title = "Unusual audio bitrate",
     .metric = "audioBitrate",
     .unit = "kbps",
     .window = 10s,
     .raise = {info, 128, 10s},
     .clear = 128,
     .clear_hold = 10s,
     .read = audio_bitrate,
     .message = "The audio has {value:.0f} kbps.",
     .remedy = "Use 128 to 320 kbps."},
    {.code = "declared_mismatch",
     .category = Category::encoder,
     .title = "Not what was declared",
     .metric = "height",
     .unit = "px",
     .raise = {info, 0, 5s},
     .clear = 0,
     .clear_hold = 5s,
     .read = against_plan,
     .message = "The encoder sends {note}.",
     .remedy = "Declare in the stream's quality what the encoder sends, or set the encoder to it."},
    {.code = "settings_changed",
     .category = Category::encoder,
     .title = "Encoder settings changed",
     .metric = "changes",
     .unit = "count",
     .window = 60s,
     .raise = {warning, 0, 0s},
     .clear = 0,
     .read = changes,
     .message = "The format changed while on air. Changes within a minute: {value:.0f}.",
     .remedy = "Do not change the encoder's settings while live."},
});

}  // namespace

std::span<const Rule> format_rules() {
    return format_table;
}

}  // namespace tally::health
