#include "health/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tally::health {
namespace {

using namespace std::chrono_literals;

constexpr auto stale = 10s;

double rounded(double value, int digits) {
    const auto scale = std::pow(10, digits);
    return std::round(value * scale) / scale;
}

json::value printed(const Figure& value, int digits) {
    return value ? json::value(rounded(*value, digits)) : json::value(nullptr);
}

/// What is not measured is null: zero means that something took no time.
json::object breakdown(const Vitals& vitals) {
    return {
        {"ingestMs", rounded(vitals.ingest_ms, 1)},
        {"transcodeMs", 0},  // what was sent is what is packaged
        {"packageMs", printed(vitals.package_ms, 1)},
        {"edgeMs", 0},  // the edge reads the packager's memory
        {"playerMs", printed(vitals.player_ms, 1)},
    };
}

json::value video_json(const std::optional<VideoFacts>& video) {
    if (!video) return nullptr;
    const auto text = [](const std::string& known) {
        return known.empty() ? json::value(nullptr) : json::value(known);
    };
    return json::object{
        {"codec", video->codec},
        {"profile", text(video->profile)},
        {"level", text(video->level)},
        {"resolution", fmt::format("{}x{}", video->width, video->height)},
        {"scan", video->progressive ? "progressive" : "interlaced"},
        {"colour", text(video->colour)},
    };
}

json::value audio_json(const Vitals& vitals) {
    const auto& audio = vitals.audio;
    if (!audio) return nullptr;
    return json::object{
        {"codec", audio->codec},
        {"sampleRate", audio->sample_rate},
        {"channels", audio->channels},
        {"lufs", printed(vitals.loudness, 1)},
    };
}

json::array issues(const std::vector<Alert>& active) {
    json::array listed;
    for (const auto& alert : active) {
        listed.push_back(json::object{
            {"code", alert.code},
            {"severity", json::encode(alert.severity)},
            {"reason", alert.title},
            {"description", fmt::format("{} {}", alert.message, alert.remedy)},
            {"actual", rounded(alert.evidence.value, 3)},
            {"expected", rounded(alert.evidence.threshold, 3)},
            {"unit", alert.evidence.unit},
            {"since", to_rfc3339(alert.first_seen)},
            {"alertId", alert.id},
        });
    }
    return listed;
}

double dropped_ratio(const Vitals& vitals) {
    const auto sent = vitals.dropped_frames + vitals.received_frames;
    return sent == 0 ? 0 : static_cast<double>(vitals.dropped_frames) / static_cast<double>(sent);
}

json::value data_age(const Vitals& vitals) {
    if (!vitals.sampled) return nullptr;
    return std::max<std::int64_t>((vitals.at - *vitals.sampled).count(), 0);
}

}  // namespace

Status status_of(const Vitals& vitals, const std::vector<Alert>& active) {
    const auto any = [&](Severity severity) {
        return std::ranges::any_of(active, [&](const Alert& alert) { return alert.severity == severity; });
    };
    if (any(Severity::critical)) return Status::critical;
    if (any(Severity::warning)) return Status::degraded;
    if (!vitals.sampled || vitals.at - *vitals.sampled > stale) return Status::unknown;
    return Status::healthy;
}

int penalty(Severity severity) {
    if (severity == Severity::critical) return 40;
    return severity == Severity::warning ? 12 : 2;
}

int score_of(const std::vector<Alert>& active) {
    int score = 100;
    for (const auto& alert : active)
        score -= penalty(alert.severity);
    return std::max(score, 0);
}

json::object health_document(const Plan& plan, const Vitals& vitals, const std::vector<Alert>& active) {
    return {
        {"status", json::encode(status_of(vitals, active))},
        {"score", score_of(active)},
        {"asOf", to_rfc3339(vitals.at)},
        {"dataAgeMs", data_age(vitals)},
        {"latency", printed(vitals.latency, 3)},
        {"latencyBasis", vitals.latency_of_players ? "player" : "edge"},
        {"latencyTarget", rounded(plan.latency_target(), 3)},
        {"latencyBreakdown", breakdown(vitals)},
        {"bufferHealth", printed(vitals.buffer_health, 1)},
        {"jitter", printed(vitals.jitter, 3)},
        {"jitterMs", printed(vitals.jitter_ms, 1)},
        {"bitrate", printed(vitals.bitrate, 0)},
        {"targetBitrate", plan.kbps},
        {"bitrateStability", printed(vitals.bitrate_stability, 3)},
        {"audioBitrate", printed(vitals.audio_bitrate, 0)},
        {"fps", printed(vitals.fps, 2)},
        {"targetFps", plan.fps},
        {"droppedFrames", vitals.dropped_frames},
        {"droppedFrameRatio", rounded(dropped_ratio(vitals), 6)},
        {"droppedFramesLastMinute", vitals.dropped_last_minute},
        {"realtimeRatio", printed(vitals.realtime_ratio, 3)},
        {"keyframeInterval", printed(vitals.keyframe_interval, 3)},
        {"avDriftMs", printed(vitals.av_drift_ms, 1)},
        {"rttMs", printed(vitals.rtt_ms, 2)},
        {"packetLoss", nullptr},  // TCP repeats what was lost, and keeps it to itself
        {"reconnects", vitals.reconnects},
        {"uptime", rounded(vitals.uptime, 1)},
        {"video", video_json(vitals.video)},
        {"audio", audio_json(vitals)},
        {"transcode", nullptr},  // nothing is transcoded
        {"issues", issues(active)},
    };
}

}  // namespace tally::health
