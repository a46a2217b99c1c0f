#include "media/timeline.hpp"

#include <algorithm>

namespace tally::media {
namespace {

using namespace std::chrono_literals;

// A DTS that steps back less than this is a sloppy clock: the frame is moved, the timeline goes on.
constexpr Ticks sloppiness = 250ms;
// How far apart in arrival order the tracks of one source may lie.
constexpr Ticks interleaving = 5s;
constexpr Ticks longest_duration = 200ms;

/// `ahead` is the step in media time, `waited` the step in arrival. Two seconds are a seam even when the
/// source really was silent for so long: no segment can hold a longer sample.
bool is_jump(Ticks ahead, Instant::duration waited) {
    return ahead > 2s || (ahead > 1s && ahead - waited > 1s);
}

}  // namespace

void Timeline::begin_session() {
    in_session_ = false;
    for (auto& track : tracks_)
        track.active = false;
}

std::optional<Timeline::Place> Timeline::place(const SourceFrame& frame, Time now) {
    auto& track = track_of(frame.kind);
    Place place;
    if (!continues(track, frame)) {
        if (!joins(track, frame)) {
            place.jumped = in_session_;
            open_epoch(frame, now);
        }
        if (!track.active || track.epoch.number != epoch_.number) enter_epoch(track);
    }
    track.source = frame.dts;
    track.arrived = frame.arrived;
    if (track.epoch.number == epoch_.number && frame.dts >= epoch_.newest) {
        epoch_.newest = frame.dts;
        epoch_.arrived = frame.arrived;
    }

    const auto floor = track.seen ? track.dts + Ticks(1) : resume_at_;
    place.dts = frame.dts + track.epoch.offset;
    if (place.dts < floor) {
        if (track.fresh && frame.kind == Kind::audio) return std::nullopt;
        place.dts = floor;
    }
    place.pts = frame.pts + (place.dts - frame.dts);
    place.captured = track.epoch.anchor + std::chrono::floor<Milliseconds>(place.dts - track.epoch.start);
    place.discontinuity = std::exchange(track.marked, false);

    if (!track.fresh) track.duration = std::min(place.dts - track.dts, longest_duration);
    track.dts = place.dts;
    track.seen = true;
    track.fresh = false;
    return place;
}

bool Timeline::continues(const Track& track, const SourceFrame& frame) const {
    if (!track.active) return false;
    const auto ahead = frame.dts - track.source;
    return ahead >= -sloppiness && !is_jump(ahead, frame.arrived - track.arrived);
}

/// True when the frame fits the epoch in force: a track that starts, one that follows the other over a seam,
/// or one whose frames an encoder dropped for a while.
bool Timeline::joins(const Track& track, const SourceFrame& frame) const {
    if (!in_session_ || is_jump(frame.dts - epoch_.newest, frame.arrived - epoch_.arrived)) return false;
    if (track.active && track.epoch.number == epoch_.number) return frame.dts >= track.source - sloppiness;
    return frame.dts >= epoch_.newest - interleaving;
}

void Timeline::open_epoch(const SourceFrame& frame, Time now) {
    const auto start = end();
    epoch_ = {
        .number = epoch_.number + 1,
        .seam = start > Ticks(0),
        .offset = start - frame.dts,
        .start = start,
        .anchor = now,
        .newest = frame.dts,
        .arrived = frame.arrived,
    };
    in_session_ = true;
}

void Timeline::enter_epoch(Track& track) const {
    track.epoch = epoch_;
    track.active = true;
    track.fresh = true;
    track.marked |= epoch_.seam;
}

Ticks Timeline::end() const {
    auto furthest = resume_at_;
    for (const auto& track : tracks_)
        if (track.seen) furthest = std::max(furthest, track.dts + track.duration);
    return furthest;
}

}  // namespace tally::media
