#include "health/incidents.hpp"

#include <algorithm>
#include <cmath>

namespace tally::health {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_gops = 10;
constexpr std::size_t few_gops = 3;
constexpr std::size_t fewest_for_variation = 5;
constexpr std::size_t most_noted = 1000;
/// Whoever still feeds this long after another wanted to was not the one who had only lost its connection.
constexpr auto rival_doubt = 10s;

double seconds_of(media::Ticks ticks) {
    return std::chrono::duration<double>(ticks).count();
}

void note(std::deque<Time>& times, Time at) {
    times.push_back(at);
    if (times.size() > most_noted) times.pop_front();
}

std::size_t since(const std::deque<Time>& times, Time start) {
    return static_cast<std::size_t>(std::ranges::count_if(times, [&](Time at) { return at > start; }));
}

}  // namespace

void IncidentLog::observe(const Observation& observation, Vitals& vitals) {
    for (const auto& second : observation.seconds)
        note_gops(*second);
    count_connections(observation, vitals);
    count_rivals(observation, vitals);
    count_refusals(observation, vitals);
    count_minute(observation, vitals);
    measure_gops(vitals);
    vitals.video_absent = video_absent_;
    vitals.audio_absent = audio_absent_;
}

void IncidentLog::note_gops(const media::Second& second) {
    if (second.sessions != session_) {
        session_ = second.sessions;
        gops_.clear();
        video_absent_ = audio_absent_ = 0;
    }
    video_absent_ = second.video.frames != 0 ? 0 : video_absent_ + 1;
    audio_absent_ = second.audio.frames != 0 ? 0 : audio_absent_ + 1;
    if (second.keyframes > 0 && second.keyframe_interval.count() > 0) {
        gops_.push_back({.seconds = seconds_of(second.keyframe_interval)});
        if (gops_.size() > most_gops) gops_.pop_front();
    }
    if (!gops_.empty()) gops_.back().leading += second.leading;
}

void IncidentLog::count_connections(const Observation& observation, Vitals& vitals) {
    vitals.said_goodbye = observation.said_goodbye;
    if (std::exchange(attached_, observation.attached) && !attached_) note(disconnects_, observation.at);
    vitals.disconnects_5m = since(disconnects_, observation.at - 5min);
    vitals.disconnects_10m = since(disconnects_, observation.at - 10min);
}

void IncidentLog::count_rivals(const Observation& observation, Vitals& vitals) {
    if (observation.incidents.rivals > known_.rivals && !rival_seen_) {
        rival_seen_ = observation.at;
        rival_session_ = session_;
    }
    known_.rivals = observation.incidents.rivals;
    if (rival_seen_ && observation.at - *rival_seen_ >= rival_doubt) {
        const bool went_on = observation.attached && session_ == rival_session_ && vitals.silence == 0;
        if (went_on) note(rivals_, *rival_seen_);
        rival_seen_.reset();
    }
    vitals.rivals_10m = since(rivals_, observation.at - 10min);
}

void IncidentLog::count_refusals(const Observation& observation, Vitals& vitals) {
    const auto& now = observation.incidents;
    const bool feeds = std::ranges::any_of(observation.seconds, [](const auto& second) {
        return second->video.frames + second->audio.frames > 0;
    });
    if (feeds && observation.attached) healed_ = now;
    vitals.refused_video = now.refused_video > healed_.refused_video;
    vitals.refused_audio = now.refused_audio > healed_.refused_audio;
    vitals.refused_container = now.damaged > healed_.damaged;
}

void IncidentLog::count_minute(const Observation& observation, Vitals& vitals) {
    Noted noted{
        .at = observation.at, .gaps = observation.delivery.gaps - std::min(observation.delivery.gaps, gaps_)
    };
    gaps_ = observation.delivery.gaps;
    for (const auto& second : observation.seconds) {
        noted.jumps += second->jumps;
        noted.changes += second->changes;
        noted.b_frames = std::max(noted.b_frames, second->b_frames);
    }
    minute_.push_back(noted);
    while (observation.at - minute_.front().at >= 60s || minute_.size() > most_noted)
        minute_.pop_front();
    vitals.jumps_last_minute = vitals.changes_last_minute = vitals.gaps_last_minute = 0;
    vitals.b_frames = 0;
    for (const auto& each : minute_) {
        vitals.jumps_last_minute += each.jumps;
        vitals.changes_last_minute += each.changes;
        vitals.gaps_last_minute += each.gaps;
        vitals.b_frames = std::max(vitals.b_frames, each.b_frames);
    }
}

void IncidentLog::measure_gops(Vitals& vitals) const {
    vitals.shortest_gop = vitals.longest_gop = vitals.gop_variation = std::nullopt;
    vitals.leading_in_3_gops = 0;
    for (std::size_t i = gops_.size() - std::min(gops_.size(), few_gops); i < gops_.size(); ++i)
        vitals.leading_in_3_gops += gops_[i].leading;
    if (gops_.size() < few_gops) return;
    const auto recent = gops_.end() - few_gops;
    const auto [shortest, longest] = std::minmax_element(
        recent, gops_.end(), [](const Gop& left, const Gop& right) { return left.seconds < right.seconds; }
    );
    vitals.shortest_gop = shortest->seconds;
    vitals.longest_gop = longest->seconds;
    if (gops_.size() < fewest_for_variation) return;
    double sum = 0;
    double squares = 0;
    for (const auto& gop : gops_) {
        sum += gop.seconds;
        squares += gop.seconds * gop.seconds;
    }
    const auto count = static_cast<double>(gops_.size());
    const auto mean = sum / count;
    vitals.gop_variation = std::sqrt(std::max(squares / count - mean * mean, 0.0)) / mean;
}

}  // namespace tally::health
