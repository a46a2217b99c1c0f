// Maps the clocks of the sources that come and go onto the one timeline that a stream's readers see.
#pragma once

#include "base/clock.hpp"
#include "media/frame.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace tally::media {

/// Media time goes on without a hole over reconnects and jumps of a source's clock, and grows strictly within
/// each track. Lives on the stream's home thread.
class Timeline {
public:
    /// Where a frame lies on the stream.
    struct Place {
        Ticks dts{};
        Ticks pts{};
        Time captured;
        bool discontinuity = false;
        bool jumped = false;  // the source's clock jumped at this frame
    };

    explicit Timeline(Ticks resume_at) : resume_at_(resume_at) {}

    /// A new source: its clock has nothing to do with the one before.
    void begin_session();

    /// The next frame of the track is a discontinuity: its format changed.
    void mark(Kind kind) { track_of(kind).marked = true; }

    /// `now` is the wall clock that a new source is anchored to. Empty for audio that lies before the end of
    /// its track at a seam: it is left out.
    std::optional<Place> place(const SourceFrame& frame, Time now);

private:
    /// A stretch of media over which the source's clock runs evenly.
    struct Epoch {
        std::uint64_t number = 0;
        bool seam = false;  // other media lies before it
        Ticks offset{};     // stream time - source time
        Ticks start{};      // stream time of its first frame
        Time anchor;        // wall clock at `start`
        Ticks newest{};     // source time of its furthest frame
        Instant arrived;    // of that frame
    };

    struct Track {
        Epoch epoch;
        bool active = false;  // within this session
        bool seen = false;    // ever
        bool fresh = false;   // nothing placed in `epoch` yet
        bool marked = false;
        Ticks source{};  // of the last frame, on its own clock
        Instant arrived;
        Ticks dts{};  // of the last frame, on the stream
        Ticks duration = std::chrono::milliseconds(20);
    };

    Track& track_of(Kind kind) { return tracks_[static_cast<std::size_t>(kind)]; }

    bool continues(const Track& track, const SourceFrame& frame) const;
    bool joins(const Track& track, const SourceFrame& frame) const;
    void open_epoch(const SourceFrame& frame, Time now);
    void enter_epoch(Track& track) const;
    Ticks end() const;

    Ticks resume_at_;
    bool in_session_ = false;
    Epoch epoch_;
    std::array<Track, 2> tracks_;
};

}  // namespace tally::media
