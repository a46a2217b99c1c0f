// What the connection between encoder and server tells.
#include "health/rule.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tally::health {
namespace {

using namespace std::chrono_literals;
using enum Severity;

Sight realtime_ratio(const Scene& scene) {
    if (!flows(scene) || !scene.vitals.realtime_ratio) return std::nullopt;
    const auto ratio = *scene.vitals.realtime_ratio;
    const auto sustained = scene.vitals.bitrate_p5.value_or(scene.vitals.bitrate.value_or(0)) * ratio;
    return Reading{.value = ratio, .note = fmt::format("{:.0f}", 0.8 * sustained)};
}

/// A lost connection is told at once; after a goodbye the encoder may well come back soon.
Sight silence(const Scene& scene) {
    const auto& vitals = scene.vitals;
    if (!vitals.sampled) return std::nullopt;
    double scale = 3;
    std::string note = "The encoder said goodbye, and the broadcast is still live";
    if (vitals.attached) {
        scale = 1;
        note = "The connection is open, but nothing comes";
    } else if (!vitals.said_goodbye) {
        scale = 0;
        note = "The connection was lost";
    }
    return Reading{
        .value = vitals.silence,
        .scale = scale,
        .verdict = vitals.silence > 0 ? std::nullopt : std::optional(false),
        .note = note,
    };
}

Sight waiting(const Scene& scene) {
    const auto& standing = scene.now.standing;
    if (scene.vitals.sampled || standing.had_media) return finding(false);
    if (!standing.live_since) return std::nullopt;
    const auto seconds = std::chrono::duration<double>(scene.now.at - *standing.live_since).count();
    return Reading{.value = seconds, .note = scene.plan.ingest_url};
}

Sight disconnects(const Scene& scene) {
    return Reading{
        .value = static_cast<double>(scene.vitals.disconnects_5m),
        .relief = static_cast<double>(scene.vitals.disconnects_10m),
    };
}

Sight jitter(const Scene& scene) {
    if (!flows(scene) || !scene.vitals.jitter) return std::nullopt;
    return Reading{
        .value = *scene.vitals.jitter, .note = fmt::format("{:.0f}", scene.vitals.jitter_ms.value_or(0))
    };
}

Sight buffer(const Scene& scene) {
    return flows(scene) ? sight(scene.vitals.buffer_health) : std::nullopt;
}

std::string largest_part(const Vitals& vitals) {
    const auto package = vitals.package_ms.value_or(0);
    const auto player = vitals.player_ms.value_or(0);
    if (player > package && player > vitals.ingest_ms) return fmt::format("player, {:.0f} ms", player);
    if (package > vitals.ingest_ms) return fmt::format("packaging, {:.0f} ms", package);
    return fmt::format("ingest, {:.0f} ms", vitals.ingest_ms);
}

/// API A8: 5 s in the low mode, otherwise half as much again as the target, 5 s at least.
Sight latency(const Scene& scene) {
    if (!scene.vitals.latency) return std::nullopt;
    const auto bound = scene.plan.low_latency ? 5 : std::max(5.0, 1.5 * scene.plan.latency_target());
    return Reading{.value = *scene.vitals.latency, .scale = bound, .note = largest_part(scene.vitals)};
}

Sight bitrate_against_median(const Scene& scene) {
    const auto& vitals = scene.vitals;
    if (!flows(scene) || !vitals.bitrate || !vitals.bitrate_median) return std::nullopt;
    return Reading{
        .value = *vitals.bitrate,
        .scale = *vitals.bitrate_median,
        .note = fmt::format("{:.0f}", vitals.bitrate_p5.value_or(0)),
    };
}

Sight bitrate_variation(const Scene& scene) {
    const auto& vitals = scene.vitals;
    if (!flows(scene) || !vitals.bitrate_stability || vitals.run_seconds < 60) return std::nullopt;
    return Reading{.value = 1 - *vitals.bitrate_stability};
}

Sight rtt(const Scene& scene) {
    return flows(scene) ? sight(scene.vitals.rtt_ms) : std::nullopt;
}

Sight jumps(const Scene& scene) {
    return Reading{.value = static_cast<double>(scene.vitals.jumps_last_minute)};
}

Sight refused_keys(const Scene& scene) {
    if (!scene.now.host.refused_keys) return std::nullopt;
    return Reading{
        .value = *scene.now.host.refused_keys,
        .relief = scene.now.host.refused_keys_10m.value_or(*scene.now.host.refused_keys),
    };
}

Sight second_publisher(const Scene& scene) {
    return Reading{.value = static_cast<double>(scene.vitals.rivals_10m)};
}

constexpr auto ingest_table = std::to_array<Rule>({
    {.code = "ingest_starved",
     .category = Category::ingest,
     .title = "Ingest is starved",
     .metric = "realtimeRatio",
     .unit = "x",
     .window = 10s,
     .bad = Bad::below,
     .raise = {critical, 0.90, 5s},
     .clear = 0.98,
     .clear_hold = 15s,
     .read = realtime_ratio,
     .message = "Encoder is sending {value:.2f}× real time.",
     .remedy = "Check uplink and encoder load; lower the bitrate to {note} kbps."},
    {.code = "ingest_too_fast",
     .category = Category::ingest,
     .title = "Media is faster than real time",
     .metric = "realtimeRatio",
     .unit = "x",
     .window = 10s,
     .raise = {warning, 1.10, 15s},
     .clear = 1.03,
     .clear_hold = 15s,
     .read = realtime_ratio,
     .message = "Media arrives at {value:.2f}× real time.",
     .remedy = "Send in real time: ffmpeg's -re, or no push of files at disk speed."},
    {.code = "ingest_disconnected",
     .category = Category::ingest,
     .title = "Encoder is disconnected",
     .metric = "silence",
     .unit = "s",
     .raise = {critical, 5, 0s},
     .clear = 0,
     .clear_hold = 3s,
     .read = silence,
     .message = "No media for {value:.0f} s. {note}.",
     .remedy = "Reconnect the encoder: the stream and its recording go on where they were."},
    {.code = "ingest_not_started",
     .category = Category::ingest,
     .title = "No encoder",
     .metric = "waiting",
     .unit = "s",
     .raise = {warning, 30, 0s},
     .escalate = Level{critical, 300, 0s},
     .clear = 0,
     .read = waiting,
     .message = "The broadcast is live for {value:.0f} s, but no encoder has sent media.",
     .remedy = "Start the encoder at {note}."},
    {.code = "reconnect_flapping",
     .category = Category::ingest,
     .title = "Connection is unstable",
     .metric = "disconnects",
     .unit = "count",
     .window = 300s,
     .raise = {warning, 2, 0s},
     .clear = 0,
     .read = disconnects,
     .message = "The encoder was disconnected {value:.0f} times in 5 minutes.",
     .remedy = "Use a wired network, and look for what else uses the uplink."},
    {.code = "jitter_high",
     .category = Category::ingest,
     .title = "Media arrives unevenly",
     .metric = "jitter",
     .unit = "frames",
     .raise = {warning, 2.0, 10s},
     .clear = 1.5,
     .clear_hold = 30s,
     .read = jitter,
     .message = "Arrival wobbles by {value:.1f} frame intervals ({note} ms).",
     .remedy = "Check the network connection; avoid Wi-Fi."},
    {.code = "buffer_health_low",
     .category = Category::ingest,
     .title = "Ingest buffer is draining",
     .metric = "bufferHealth",
     .unit = "%",
     .window = 10s,
     .bad = Bad::below,
     .raise = {warning, 80, 10s},
     .escalate = Level{critical, 40, 10s},
     .clear = 90,
     .clear_hold = 30s,
     .read = buffer,
     .message = "The ingest buffer holds {value:.0f} % of its target.",
     .remedy = "Reduce the bitrate, or look for load on the encoder and its uplink."},
    {.code = "latency_high",
     .category = Category::delivery,
     .title = "Latency is high",
     .metric = "latency",
     .unit = "s",
     .raise = {warning, 1, 15s},
     .escalate = Level{critical, 2, 15s},
     .clear = 0.8,
     .clear_hold = 30s,
     .read = latency,
     .message = "Latency is {value:.1f} s, over {scale:.1f} s. Largest part: {note}.",
     .remedy = "Send keyframes every 2 s or less, and check the load of this server."},
    {.code = "bitrate_drop",
     .category = Category::ingest,
     .title = "Ingest bitrate dropped",
     .metric = "bitrate",
     .unit = "kbps",
     .window = 10s,
     .bad = Bad::below,
     .raise = {warning, 0.70, 5s},
     .clear = 0.85,
     .clear_hold = 30s,
     .read = bitrate_against_median,
     .message = "Bitrate averaged {value:.0f} kbps over 10 s, {drop:.0f} % below the 60 s median of "
                "{scale:.0f} kbps.",
     .remedy = "Lower the encoder's bitrate; the uplink sustained {note} kbps."},
    {.code = "bitrate_unstable",
     .category = Category::ingest,
     .title = "Bitrate varies",
     .metric = "bitrateVariation",
     .unit = "ratio",
     .window = 60s,
     .raise = {info, 0.35, 0s},
     .clear = 0.25,
     .clear_hold = 60s,
     .read = bitrate_variation,
     .message = "The bitrate of one second varies by {value:.2f} of its mean.",
     .remedy = "Use CBR, or constrain the VBV buffer to 1–2 s."},
    {.code = "rtt_high",
     .category = Category::ingest,
     .title = "Encoder is far away",
     .metric = "rttMs",
     .unit = "ms",
     .raise = {info, 300, 30s},
     .clear = 200,
     .read = rtt,
     .message = "The round trip to the encoder takes {value:.0f} ms.",
     .remedy = "Use a server that is nearer to the encoder."},
    {.code = "timestamp_discontinuity",
     .category = Category::ingest,
     .title = "Encoder's clock jumped",
     .metric = "jumps",
     .unit = "count",
     .window = 60s,
     .raise = {warning, 0, 0s},
     .clear = 0,
     .read = jumps,
     .message = "The encoder's timestamps jumped {value:.0f} times in a minute.",
     .remedy = "The encoder's clock was reset: restart the encoder."},
    {.code = "auth_failures",
     .category = Category::security,
     .title = "Wrong stream keys",
     .metric = "refusedKeys",
     .unit = "per minute",
     .window = 60s,
     .raise = {warning, 20, 0s},
     .clear = 0,
     .read = refused_keys,
     .message = "{value:.0f} attempts to publish with a wrong key in a minute.",
     .remedy = "If they are not yours, keep the ingest port away from where they come from."},
    {.code = "key_leak_suspected",
     .category = Category::security,
     .title = "Second publisher",
     .metric = "rivals",
     .unit = "count",
     .window = 600s,
     .raise = {critical, 0, 0s},
     .clear = 0,
     .read = second_publisher,
     .message = "Another encoder tried {value:.0f} times to publish with this key while one was sending.",
     .remedy = "If it is not yours, rotate the stream key."},
});

}  // namespace

std::span<const Rule> ingest_rules() {
    return ingest_table;
}

}  // namespace tally::health
