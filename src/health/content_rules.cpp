// What people see and hear: a picture that is black or stands still, sound that is silent or too loud.
#include "health/rule.hpp"

namespace tally::health {
namespace {

using namespace std::chrono_literals;
using enum Severity;

constexpr double black = 20;
/// Twice coded, a still picture differs by less; a camera's noise makes two to three.
constexpr double unchanged = 1;
constexpr double quietest_lufs = -24;
constexpr double loudest_lufs = -12;

Sight luma(const Scene& scene) {
    return flows(scene) ? sight(scene.now.content.luma) : std::nullopt;
}

/// A black picture stands still as well, and is told of as black.
Sight picture_change(const Scene& scene) {
    const auto& content = scene.now.content;
    if (!flows(scene) || content.luma.value_or(black) < black) return std::nullopt;
    return sight(content.change);
}

Sight level(const Scene& scene) {
    return flows(scene) ? sight(scene.now.content.level_db) : std::nullopt;
}

Sight clipping(const Scene& scene) {
    return flows(scene) ? sight(scene.now.content.clipped) : std::nullopt;
}

Sight loudness(const Scene& scene) {
    const auto& measured = scene.now.content.loudness;
    if (!flows(scene) || !measured) return std::nullopt;
    const bool loud = *measured > loudest_lufs;
    return Reading{
        .value = *measured,
        .scale = loud ? loudest_lufs : quietest_lufs,
        .verdict = loud || *measured < quietest_lufs,
        .note = loud ? "Turn the encoder's audio down" : "Turn the encoder's audio up",
    };
}

constexpr auto content_table = std::to_array<Rule>({
    {.code = "video_black",
     .category = Category::encoder,
     .title = "The picture is black",
     .metric = "luma",
     .unit = "of 255",
     .bad = Bad::below,
     .raise = {warning, black, 10s},
     .clear = black,
     .clear_hold = 5s,
     .read = luma,
     .message = "Nothing but black is seen: the picture's luma is {value:.0f} of 255.",
     .remedy = "Check the camera, and which scene the encoder sends."},
    {.code = "video_frozen",
     .category = Category::encoder,
     .title = "The picture stands still",
     .metric = "pictureChange",
     .unit = "of 255",
     .bad = Bad::below,
     .raise = {warning, unchanged, 15s},
     .clear = unchanged,
     .clear_hold = 5s,
     .read = picture_change,
     .message = "The picture does not move: no part of it changes by more than {value:.1f} of 255.",
     .remedy = "Check the camera's connection, and which scene the encoder sends."},
    {.code = "audio_silent",
     .category = Category::encoder,
     .title = "The sound is silent",
     .metric = "audioLevel",
     .unit = "dBFS",
     .bad = Bad::below,
     .raise = {warning, -60, 15s},
     .clear = -60,
     .clear_hold = 5s,
     .read = level,
     .message = "Nothing is heard: the audio is at {value:.0f} dBFS.",
     .remedy = "Check whether the audio source is muted or disconnected."},
    {.code = "audio_clipping",
     .category = Category::encoder,
     .title = "The sound is distorted",
     .metric = "clippedSamples",
     .unit = "ratio",
     .raise = {info, 0.001, 0s},
     .clear = 0.001,
     .clear_hold = 5s,
     .read = clipping,
     .message = "{percent:.1f} % of the audio's samples are cut off at full scale.",
     .remedy = "Turn the audio source down."},
    {.code = "loudness",
     .category = Category::encoder,
     .title = "The loudness is unusual",
     .metric = "loudness",
     .unit = "LUFS",
     .window = 60s,
     .raise = {info, 1, 0s},
     .clear = 1,
     .clear_hold = 5s,
     .read = loudness,
     .message = "The audio's loudness over a minute is {value:.1f} LUFS; {bound:.0f} is the limit.",
     .remedy = "{note}: between -24 and -12 LUFS are usual."},
});

}  // namespace

std::span<const Rule> content_rules() {
    return content_table;
}

}  // namespace tally::health
