// What packaging, recording and this machine tell.
#include "health/rule.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tally::health {
namespace {

using namespace std::chrono_literals;
using enum Severity;

Sight gaps(const Scene& scene) {
    return Reading{.value = static_cast<double>(scene.vitals.gaps_last_minute)};
}

/// A segment ends at a keyframe: no sooner may the playlist be expected to change.
Sight playlist_age(const Scene& scene) {
    const auto& age = scene.now.delivery.update_age;
    if (!flows(scene) || !age) return std::nullopt;
    const auto segment = std::chrono::duration<double>(scene.plan.segment).count();
    return Reading{.value = *age, .scale = std::max(segment, scene.vitals.keyframe_interval.value_or(0))};
}

Sight recording(const Scene& scene) {
    if (!scene.plan.recorded) return std::nullopt;
    return finding(scene.now.delivery.recording_failed, 1);
}

/// The share that is free, or the hours that are left if those are short.
Sight disk(const Scene& scene) {
    const auto& host = scene.now.host;
    if (!host.disk_free || !scene.plan.recorded) return std::nullopt;
    constexpr double seconds_in_hour = 3600;
    const auto rate = scene.vitals.bitrate.value_or(0) + scene.vitals.audio_bitrate.value_or(0);
    const auto hours =
        rate > 0 ? host.disk_free_bytes.value_or(0) / (rate * 1000 / 8) / seconds_in_hour : 1e6;
    return Reading{
        .value = std::min(*host.disk_free * 100, hours * 5),
        .note = hours < 1000 ? fmt::format("{:.1f} h left at this bitrate", hours)
                             : fmt::format("{:.1f} % left", *host.disk_free * 100),
    };
}

Sight limits(const Scene& scene) {
    const auto& host = scene.now.host;
    if (!host.limit) return std::nullopt;
    return Reading{.value = *host.limit * 100, .note = host.limit_name};
}

Sight failed_deliveries(const Scene& scene) {
    const auto& share = scene.now.host.edge_errors;
    if (!share) return std::nullopt;
    return Reading{.value = *share * 100, .few = scene.now.host.few_deliveries};
}

constexpr auto delivery_table = std::to_array<Rule>({
    {.code = "segment_gap",
     .category = Category::delivery,
     .title = "Segments are missing",
     .metric = "gaps",
     .unit = "count",
     .window = 60s,
     .raise = {critical, 0, 0s},
     .clear = 0,
     .read = gaps,
     .message = "{value:.0f} segments of the last minute could not be made.",
     .remedy = "Check the encoder's timestamps and the load of this server."},
    {.code = "playlist_stale",
     .category = Category::delivery,
     .title = "Playlist stands still",
     .metric = "playlistAge",
     .unit = "s",
     .raise = {critical, 3, 0s},
     .clear = 1.5,
     .clear_hold = 6s,
     .read = playlist_age,
     .message = "The live playlist has not changed for {value:.0f} s, though media arrives.",
     .remedy = "Check the load of this server, and that the encoder sends keyframes."},
    {.code = "recording_failed",
     .category = Category::recording,
     .title = "Recording failed",
     .metric = "failed",
     .unit = "count",
     .raise = {critical, 0, 0s},
     .clear = 0,
     .read = recording,
     .message = "The recording cannot be written ({value:.0f} failure); the broadcast goes on without it.",
     .remedy = "Check that the disk has space and can be written; record at the encoder meanwhile."},
    {.code = "disk_low",
     .category = Category::recording,
     .title = "Disk is nearly full",
     .metric = "diskFree",
     .unit = "%",
     .bad = Bad::below,
     .raise = {warning, 10, 0s},
     .clear = 12,
     .clear_hold = 10s,
     .read = disk,
     .message = "The disk of the recordings is nearly full ({value:.1f} of the 10 wanted): {note}.",
     .remedy = "Free space: delete old recordings, or move them elsewhere."},
    {.code = "limit_breach",
     .category = Category::delivery,
     .title = "A limit is near",
     .metric = "limit",
     .unit = "%",
     .raise = {warning, 90, 0s},
     .clear = 80,
     .read = limits,
     .message = "{note}: {value:.0f} % of the configured limit.",
     .remedy = "Raise the limit, or spread the load over more servers."},
    {.code = "edge_errors",
     .category = Category::delivery,
     .title = "Delivery fails",
     .metric = "deliveryErrors",
     .unit = "%",
     .window = 30s,
     .raise = {warning, 0.5, 0s},
     .escalate = Level{critical, 2, 0s},
     .clear = 0.1,
     .clear_hold = 60s,
     .read = failed_deliveries,
     .message = "{value:.1f} % of the requests for media of the last 30 s failed at this server.",
     .remedy = "Check this server's disk and load: its log says what failed."},
});

}  // namespace

std::span<const Rule> delivery_rules() {
    return delivery_table;
}

}  // namespace tally::health
