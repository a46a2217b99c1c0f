#include "package/segmenter.hpp"

#include <algorithm>
#include <cmath>

namespace tally::package {
namespace {

using namespace std::chrono_literals;
using media::Frame;
using media::Kind;
using media::Ticks;

constexpr Ticks longest_first_segment = 12s;
// RFC 8216bis 4.4.3.1: a duration rounded is at most the target duration. Video stays clear of the half, so
// that audio, which cuts at the next frame of its own, does too.
constexpr Ticks video_margin = 400ms;
constexpr Ticks audio_margin = 480ms;
// Within this time of a seam a track's own discontinuity is the same one.
constexpr Ticks same_seam = 1s;
// Further behind a cut than this, a track starts its segment out of step with the other.
constexpr Ticks out_of_step = 500ms;

}  // namespace

const Cut& Segmenter::place(const Frame& frame) {
    auto& track = tracks_[static_cast<std::size_t>(frame.kind)];
    if (cuts_.empty()) cuts_.push_back({.number = start_.number, .time = frame.pts, .seam = start_.seam});
    if (!track.present) {
        enter(track, frame, newest());
        track.present = true;
    } else if (frame.discontinuity && !continues_seam(track, frame)) {
        place_discontinuity(track, frame);
    } else {
        while (track.number < newest().number && passes(track, frame, cut(track.number + 1)))
            enter(track, frame, cut(track.number + 1));
        if (track.number == newest().number && is_due(track, frame)) {
            open(track, frame, false);
            enter(track, frame, newest());
        }
        track.interval = std::min(frame.dts - track.last, target_);
    }
    track.last = frame.dts;
    track.silent = false;
    track.format = frame.format;
    return cut(track.number);
}

/// True when the seam is the one that the track has passed already: by time, or in silence.
bool Segmenter::continues_seam(Track& track, const Frame& frame) const {
    if (!std::exchange(track.owes_seam, false)) return false;
    const auto near = frame.pts - cut(track.number).time < same_seam;
    return track.silent || (near && frame.format == track.format);
}

/// Joins the seam that the other track has opened, or opens one.
void Segmenter::place_discontinuity(Track& track, const Frame& frame) {
    const auto ahead =
        std::ranges::find_if(cuts_, [&](const Cut& cut) { return cut.seam && cut.number > track.number; });
    if (ahead == cuts_.end()) {
        open(track, frame, true);
        enter(track, frame, newest());
    } else {
        enter(track, frame, *ahead);
    }
    track.owes_seam = false;
}

bool Segmenter::is_due(const Track& track, const Frame& frame) const {
    const auto leads = frame.kind == Kind::video || !track_of(Kind::video).present;
    const auto long_enough = frame.dts - track.start + track.interval / 2 >= target_;
    const auto recovers = track.dependent || track.start - newest().time > out_of_step;
    return (leads && frame.keyframe && (long_enough || recovers)) || outgrows(track, frame);
}

bool Segmenter::passes(const Track& track, const Frame& frame, const Cut& next) const {
    const auto reached = frame.pts + track.interval / 2 >= next.time;
    if (frame.kind == Kind::audio) return reached;
    return (reached && (frame.keyframe || track.silent)) || outgrows(track, frame);
}

/// True when the segment would be too long with this frame in it.
bool Segmenter::outgrows(const Track& track, const Frame& frame) const {
    const auto limit = target_duration_ == 0 ? longest_first_segment
                                             : Ticks(std::chrono::seconds(target_duration_)) +
                                                   (frame.kind == Kind::video ? video_margin : audio_margin);
    return !track.silent && frame.dts - track.start + track.interval > limit;
}

void Segmenter::end() {
    for (const auto& track : tracks_)
        fix_target_duration(track.last - track.start + track.interval);
}

unsigned Segmenter::target_duration_of(Ticks first_segment) {
    constexpr double slack = 0.05;  // audio may be a frame longer than video
    const auto seconds = std::chrono::duration<double>(first_segment).count() + slack;
    return std::max(2U, static_cast<unsigned>(std::lround(seconds)));
}

void Segmenter::fix_target_duration(Ticks first_segment) {
    if (target_duration_ == 0) target_duration_ = target_duration_of(first_segment);
}

void Segmenter::open(const Track& track, const Frame& frame, bool seam) {
    fix_target_duration(frame.dts - track.start);
    cuts_.push_back({
        .number = newest().number + 1,
        .time = frame.pts,
        .seam = seam || std::exchange(seam_next_, false),
        .longest = Ticks(std::chrono::seconds(target_duration_)) + audio_margin,
    });
    leave_silent_behind();
}

/// A track two cuts behind has nothing for the segment between: its playlist goes on without it.
void Segmenter::leave_silent_behind() {
    auto oldest = newest().number;
    for (auto& track : tracks_) {
        if (!track.present) continue;
        if (track.number + 2 <= newest().number) {
            track.number = newest().number - 1;
            track.start = cut(track.number).time;
            track.silent = true;
            track.owes_seam |= cut(track.number).seam;
        }
        oldest = std::min(oldest, track.number);
    }
    while (cuts_.front().number < oldest)
        cuts_.pop_front();
}

void Segmenter::enter(Track& track, const Frame& frame, const Cut& cut) {
    track.number = cut.number;
    track.start = frame.dts;
    track.dependent = !frame.keyframe;
    track.owes_seam = cut.seam;
}

}  // namespace tally::package
