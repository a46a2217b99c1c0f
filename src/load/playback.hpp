// What a player's buffer does: it fills by segments and empties by time; when it is empty the picture stands.
#pragma once

#include "base/clock.hpp"

#include <optional>

namespace tally::load {

/// Starts, and goes on after a stall, once `cushion` of media is there: a whole segment, whatever its length,
/// unless said otherwise.
class Playback {
public:
    explicit Playback(Instant asked, Milliseconds cushion = {})
        : asked_(asked),
          now_(asked),
          cushion_(cushion) {}

    /// `duration` of media has arrived; it was captured at `captured`.
    void append(Instant now, Milliseconds duration, std::optional<Time> captured);
    /// Plays up to `now`.
    void advance(Instant now);

    Milliseconds buffered() const { return buffered_; }

    bool is_playing() const { return playing_; }

    bool is_over() const { return finished_; }

    /// From asking for the stream to the first picture; empty before that.
    std::optional<Milliseconds> startup() const { return startup_; }

    /// How old the picture is that is shown at the wall-clock time `wall`; empty while unknown.
    std::optional<Milliseconds> latency(Time wall) const;

    Milliseconds played() const { return played_; }

    Milliseconds stalled() const { return stalled_; }

    std::size_t stalls() const { return stalls_; }

    /// The stream is over: an empty buffer is no stall any more.
    void finish() { finished_ = true; }

private:
    Instant asked_;
    Instant now_;
    Milliseconds cushion_;
    std::optional<Milliseconds> startup_;
    std::optional<Time> buffer_end_;  // when the end of the buffer was captured
    Milliseconds buffered_{};
    Milliseconds played_{};
    Milliseconds stalled_{};
    std::size_t stalls_ = 0;
    bool playing_ = false;
    bool finished_ = false;
};

}  // namespace tally::load
