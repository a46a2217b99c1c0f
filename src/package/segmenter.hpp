// Decides where segments are cut, so that all renditions have the same numbers at the same times.
#pragma once

#include "media/frame.hpp"
#include "package/cut.hpp"

#include <array>
#include <cstdint>
#include <deque>

namespace tally::package {

/// Video leads where there is any: it cuts at its first keyframe after the target, and audio follows at that
/// time. Takes frames in DTS order over both tracks.
class Segmenter {
public:
    struct Start {
        std::uint64_t number = 0;      // of the first segment
        bool seam = false;             // other media lies before it
        unsigned target_duration = 0;  // seconds; 0: fixed by the first segment
    };

    Segmenter(media::Ticks target, Start start)
        : target_(target),
          start_(start),
          target_duration_(start.target_duration) {}

    /// The segment that the frame belongs to; a number that grows within each track.
    const Cut& place(const media::Frame& frame);

    /// The segment that the track has reached: `place` of its last frame, or a later one if it has fallen
    /// silent since.
    const Cut& reached(media::Kind kind) const { return cut(track_of(kind).number); }

    /// True once there is a second segment.
    bool has_cut() const { return !cuts_.empty() && newest().number > start_.number; }

    const Cut& newest() const { return cuts_.back(); }

    /// The next cut is a discontinuity: a rendition joins there.
    void seam_next() { seam_next_ = true; }

    /// Seconds: no segment is longer, rounded. 0 until the first segment is complete, then fixed for good.
    unsigned target_duration() const { return target_duration_; }

    /// Seconds: what a first segment of this length fixes.
    static unsigned target_duration_of(media::Ticks first_segment);

    /// Nothing more comes: the first segment may be the only one.
    void end();

private:
    struct Track {
        bool present = false;
        bool silent = false;     // no frame in this segment yet
        bool owes_seam = false;  // passed a seam by time: its own discontinuity is still to come
        bool dependent = false;  // this segment does not start with a keyframe
        std::uint64_t number = 0;
        media::Ticks start{};  // DTS of the first frame in this segment
        media::Ticks last{};
        media::Ticks interval{};
        media::FormatPtr format;
    };

    const Track& track_of(media::Kind kind) const { return tracks_[static_cast<std::size_t>(kind)]; }

    const Cut& cut(std::uint64_t number) const { return cuts_[number - cuts_.front().number]; }

    bool continues_seam(Track& track, const media::Frame& frame) const;
    void place_discontinuity(Track& track, const media::Frame& frame);
    bool is_due(const Track& track, const media::Frame& frame) const;
    bool passes(const Track& track, const media::Frame& frame, const Cut& next) const;
    bool outgrows(const Track& track, const media::Frame& frame) const;
    void fix_target_duration(media::Ticks first_segment);
    void open(const Track& track, const media::Frame& frame, bool seam);
    void leave_silent_behind();
    static void enter(Track& track, const media::Frame& frame, const Cut& cut);

    media::Ticks target_;
    Start start_;
    unsigned target_duration_;
    bool seam_next_ = false;
    std::deque<Cut> cuts_;  // from the segment of the last track on
    std::array<Track, 2> tracks_;
};

}  // namespace tally::package
