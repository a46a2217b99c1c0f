#include "load/playback.hpp"

#include <algorithm>
#include <utility>

namespace tally::load {

void Playback::append(Instant now, Milliseconds duration, std::optional<Time> captured) {
    advance(now);
    buffered_ += duration;
    if (captured) buffer_end_ = *captured + duration;
    if (playing_ || buffered_ < cushion_) return;
    playing_ = true;
    if (!startup_) startup_ = std::chrono::duration_cast<Milliseconds>(now - asked_);
}

void Playback::advance(Instant now) {
    // Whole milliseconds only: what is left is of the next step.
    const auto passed = std::chrono::duration_cast<Milliseconds>(now - now_);
    now_ += passed;
    if (!startup_) return;
    const auto played = playing_ ? std::min(passed, buffered_) : Milliseconds();
    buffered_ -= played;
    played_ += played;
    if (played == passed || finished_) return;
    stalled_ += passed - played;
    if (std::exchange(playing_, false)) ++stalls_;
}

std::optional<Milliseconds> Playback::latency(Time wall) const {
    if (!buffer_end_ || !playing_) return std::nullopt;
    return wall - (*buffer_end_ - buffered_);
}

}  // namespace tally::load
