#include "health/sampler.hpp"

#include "health/facts.hpp"

#include <algorithm>
#include <cmath>
#include <ranges>
#include <span>

namespace tally::health {
namespace {

constexpr std::size_t minute_seconds = 60;
constexpr std::size_t short_seconds = 10;
constexpr std::size_t drop_seconds = 30;
constexpr std::size_t fewest_for_spread = 10;

double seconds_of(auto duration) {
    return std::chrono::duration<double>(duration).count();
}

bool has_media(const media::Second& second) {
    return second.video.frames + second.audio.frames > 0;
}

/// kbps of the track that carries the picture, or of the sound alone.
double kbps_of(const media::Second& second) {
    return static_cast<double>(second.video.bytes != 0 ? second.video.bytes : second.audio.bytes) * 8 / 1000;
}

/// The last `count` of `seconds`.
auto newest(const std::deque<media::Second>& seconds, std::size_t count) {
    return seconds | std::views::drop(seconds.size() - std::min(count, seconds.size()));
}

double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const auto value : values)
        sum += value;
    return sum / static_cast<double>(values.size());
}

double variation(const std::vector<double>& values) {
    const auto average = mean(values);
    double squares = 0;
    for (const auto value : values)
        squares += (value - average) * (value - average);
    return average > 0 ? std::sqrt(squares / static_cast<double>(values.size())) / average : 0;
}

void push(std::deque<media::Second>& seconds, const media::Second& second) {
    seconds.push_back(second);
    if (seconds.size() > minute_seconds) seconds.pop_front();
}

}  // namespace

const Vitals& Sampler::observe(const Observation& observation) {
    vitals_.at = observation.at;
    vitals_.attached = observation.attached;
    vitals_.bitrate_now = vitals_.audio_bitrate_now = vitals_.fps_now = std::nullopt;
    vitals_.dropped_now = 0;
    for (const auto& second : observation.seconds)
        take(*second);
    describe(observation);
    measure_rates();
    measure_spread();
    measure_drops();
    measure_latency(observation);
    vitals_.uptime = first_media_ ? seconds_of(observation.at - *first_media_) : 0;
    if (!observation.attached && vitals_.sampled && !lost_) lost_ = observation.at;
    vitals_.silence = lost_ ? seconds_of(observation.at - *lost_) : 0;
    vitals_.loudness = observation.content.loudness;
    vitals_.run_seconds = run_.size();
    incidents_.observe(observation, vitals_);
    return vitals_;
}

void Sampler::take(const media::Second& second) {
    count(second);
    if (!has_media(second)) {
        if (vitals_.sampled && !lost_) lost_ = second.at - std::chrono::seconds(1);
    } else {
        if (!first_media_) first_media_ = second.at - std::chrono::seconds(1);
        if (lost_) vitals_.downtime += std::max(seconds_of(second.at - *lost_) - 1, 0.0);
        lost_.reset();
        vitals_.sampled = second.at;
    }
    if (second.sessions != session_) return begin_session(second);
    if (run_.empty() && !has_media(second)) return;
    push(run_, second);
    const auto media = std::max(second.video.media, second.audio.media);
    vitals_.buffer_health = playout_.advance(seconds_of(media));
}

/// The first second of a session began before the encoder's first frame: it tells no rate.
void Sampler::begin_session(const media::Second& second) {
    if (session_ != 0) vitals_.reconnects += second.sessions - session_;
    session_ = second.sessions;
    run_.clear();
    const auto fps = vitals_.fps.value_or(25);
    playout_.start(2 * seconds_of(plan_.part), fps > 1 ? 1 / fps : 1);
    vitals_.buffer_health.reset();
}

void Sampler::count(const media::Second& second) {
    push(minute_, second);
    vitals_.dropped_frames += second.video.missing;
    vitals_.received_frames += second.video.frames;
    vitals_.dropped_now += second.video.missing;
    if (!has_media(second)) return;
    vitals_.bitrate_now = kbps_of(second);
    if (second.audio.frames != 0)
        vitals_.audio_bitrate_now = static_cast<double>(second.audio.bytes) * 8 / 1000;
    if (second.video.frames != 0 && second.video.media.count() > 0)
        vitals_.fps_now = second.video.frames / seconds_of(second.video.media);
    vitals_.jitter = second.jitter;
    vitals_.jitter_ms = second.jitter_ms;
    if (second.keyframe_interval.count() > 0)
        vitals_.keyframe_interval = seconds_of(second.keyframe_interval);
    const bool both = second.video.frames != 0 && second.audio.frames != 0;
    vitals_.av_drift_ms = both ? Figure(seconds_of(second.av_offset) * 1000) : std::nullopt;
    if (second.rtt.count() > 0) vitals_.rtt_ms = seconds_of(second.rtt) * 1000;
}

void Sampler::describe(const Observation& observation) {
    if (observation.video != video_) {
        video_ = observation.video;
        const auto* format = video_ ? std::get_if<codec::VideoFormat>(video_.get()) : nullptr;
        vitals_.video = format ? std::optional(facts_of(*format)) : std::nullopt;
    }
    if (observation.audio != audio_) {
        audio_ = observation.audio;
        const auto* format = audio_ ? std::get_if<codec::AudioFormat>(audio_.get()) : nullptr;
        vitals_.audio = format ? std::optional(facts_of(*format)) : std::nullopt;
    }
}

void Sampler::measure_rates() {
    if (run_.empty()) return;
    media::TrackSecond video;
    media::TrackSecond audio;
    double bits = 0;
    std::size_t count = 0;
    for (const auto& second : newest(run_, short_seconds)) {
        ++count;
        bits += kbps_of(second);
        audio.bytes += second.audio.bytes;
        audio.media += second.audio.media;
        video.frames += second.video.frames;
        video.media += second.video.media;
    }
    const auto span = static_cast<double>(count);
    vitals_.bitrate = bits / span;
    vitals_.audio_bitrate = static_cast<double>(audio.bytes) * 8 / 1000 / span;
    if (video.media.count() > 0) vitals_.fps = video.frames / seconds_of(video.media);
    vitals_.realtime_ratio = seconds_of(std::max(video.media, audio.media)) / span;
}

void Sampler::measure_spread() {
    vitals_.bitrate_stability = vitals_.bitrate_median = vitals_.bitrate_p5 = std::nullopt;
    if (run_.size() < fewest_for_spread) return;
    std::vector<double> rates;
    rates.reserve(run_.size());
    for (const auto& second : run_)
        rates.push_back(kbps_of(second));
    vitals_.bitrate_stability = std::max(1 - variation(rates), 0.0);
    std::ranges::sort(rates);
    vitals_.bitrate_median = rates[rates.size() / 2];
    vitals_.bitrate_p5 = rates[rates.size() / 20];
}

void Sampler::measure_drops() {
    vitals_.dropped_last_minute = 0;
    for (const auto& second : minute_)
        vitals_.dropped_last_minute += second.video.missing;
    std::uint64_t missing = 0;
    std::uint64_t frames = 0;
    for (const auto& second : newest(minute_, drop_seconds)) {
        missing += second.video.missing;
        frames += second.video.frames;
    }
    vitals_.dropped_ratio_30s.reset();
    if (frames > 0)
        vitals_.dropped_ratio_30s = static_cast<double>(missing) / static_cast<double>(missing + frames);
}

/// API A8: what the median viewer sees where players tell, else when the newest piece was there to fetch.
void Sampler::measure_latency(const Observation& observation) {
    const auto& delivery = observation.delivery;
    vitals_.latency_target = plan_.latency_target();
    vitals_.ingest_ms = delivery.ingest_ms;
    vitals_.package_ms.reset();
    if (delivery.latency) vitals_.package_ms = std::max(*delivery.latency * 1000 - delivery.ingest_ms, 0.0);
    const auto& seen = observation.audience.latency;
    vitals_.player_ms.reset();
    if (seen && delivery.latency) vitals_.player_ms = std::max(*seen - *delivery.latency, 0.0) * 1000;
    vitals_.latency_of_players = seen.has_value();
    vitals_.latency = seen ? seen : delivery.latency;
}

}  // namespace tally::health
