#include "load/dash_viewer.hpp"

namespace tally::load {
namespace {

constexpr double segments_behind = 3;  // where the manifest suggests nothing

double behind(const DashManifest& manifest, const MediaPlaylist& media) {
    return manifest.delay > 0 ? manifest.delay : segments_behind * media.target_duration;
}

}  // namespace

Async<std::optional<DashManifest>> DashViewer::load() {
    if (location_.empty()) location_ = seat_.target;
    const auto answer = co_await fetch(location_, "");
    if (!answer) co_return std::nullopt;
    auto manifest = parse_manifest(answer->body);
    if (manifest) co_return *std::move(manifest);
    seat_.report.add_error(manifest.error().context);
    co_return std::nullopt;
}

/// Where the manifest sends the player, and what it offers.
void DashViewer::settle(const DashManifest& manifest) {
    if (!manifest.location.empty()) location_ = follow(location_, manifest.location);
    video_.target = audio_.target = follow(location_, manifest.base);
    std::vector<Variant> variants;
    for (const auto& each : manifest.video.empty() ? manifest.audio : manifest.video)
        variants.push_back(each.variant);
    offer(std::move(variants), location_);
}

Async<> DashViewer::run() {
    for (;;) {
        const auto manifest = co_await load();
        if (!manifest) {
            co_await pause(after_failure);
            continue;
        }
        settle(*manifest);
        const auto& timed = manifest->video.empty() ? manifest->audio : manifest->video;
        const auto playing =
            std::ranges::find(timed, chosen().uri, [](const auto& each) { return each.variant.uri; });
        co_await take(video_, playing->media, behind(*manifest, playing->media));
        if (!manifest->video.empty() && !manifest->audio.empty()) {
            const auto& audio = manifest->audio.front().media;
            co_await take(audio_, audio, behind(*manifest, audio));
        }
        if (manifest->ended) break;
        if (choose()) video_.map.clear();
        co_await rest(manifest->update_every);
    }
    playback_.finish();
}

}  // namespace tally::load
