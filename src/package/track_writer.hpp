// Makes one rendition: samples with their durations, parts, segments, init segments.
#pragma once

#include "media/frame.hpp"
#include "package/cut.hpp"
#include "package/fragment_builder.hpp"
#include "package/output.hpp"
#include "package/part_target.hpp"
#include "package/sample_clock.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace tally::package {

using OutputSinks = std::vector<std::shared_ptr<OutputSink>>;

/// One frame is held back: a sample lasts until the next one's DTS.
class TrackWriter {
public:
    struct Start {
        std::uint32_t init = 0;         // number of the first init segment
        std::uint64_t decode_time = 0;  // in the timescale: nothing is placed before
    };

    /// `rendition` has no format yet. `part_target` and `sinks` belong to the stream and outlive the writer.
    TrackWriter(Rendition rendition, Start start, PartTarget& part_target, const OutputSinks& sinks);

    /// The frame's segment begins with it if the track is not there yet.
    void add(const media::FramePtr& frame, const Cut& cut);
    /// The track is silent: it goes on in this segment. What it skips is filled where that is possible:
    /// players stand still where audio is missing. The rest are gaps.
    void skip_to(const Cut& cut);
    void finish();

    /// That it is in; empty before the first frame.
    std::optional<std::uint64_t> segment() const { return segment_; }

private:
    struct Held {
        media::FramePtr frame;
        std::uint64_t decode_time = 0;
    };

    void begin(const Cut& cut);
    void end_segments_before(std::uint64_t next);
    void hold(Held sample);
    void fill(std::uint64_t end);
    media::FramePtr silent_frame(const Bytes& silence, std::uint64_t decode_time) const;
    std::uint64_t segment_end(const Cut& next) const;
    std::uint64_t held_duration(std::uint64_t next, const Cut& cut) const;
    void take_format(const media::FormatPtr& format);
    void release(std::uint64_t duration);
    bool exceeds_part(std::uint64_t duration) const;
    void end_part();

    Rendition rendition_;
    std::uint32_t next_init_;
    PartTarget& part_target_;
    const OutputSinks& sinks_;
    SampleClock clock_;
    std::uint64_t end_;             // of the last sample released
    std::uint64_t usual_duration_;  // of the last one
    std::optional<Held> held_;
    Held newest_;  // that was added, not filled in
    FragmentBuilder part_;
    std::optional<std::uint64_t> segment_;
    std::uint64_t segment_from_ = 0;              // where it was cut
    std::optional<std::uint64_t> segment_start_;  // decode time of its first sample
    std::uint32_t next_part_ = 0;
    bool seam_ = false;  // before the segment
};

}  // namespace tally::package
