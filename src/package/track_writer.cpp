#include "package/track_writer.hpp"

#include <algorithm>
#include <utility>

namespace tally::package {

TrackWriter::TrackWriter(Rendition rendition, Start start, PartTarget& part_target, const OutputSinks& sinks)
    : rendition_(std::move(rendition)),
      next_init_(start.init),
      part_target_(part_target),
      sinks_(sinks),
      clock_(rendition_.timescale),
      end_(start.decode_time),
      usual_duration_(rendition_.timescale / 30) {
    if (rendition_.kind == media::Kind::video) part_target_.expect_video();
}

void TrackWriter::add(const media::FramePtr& frame, const Cut& cut) {
    const auto time = clock_.place(*frame);
    if (!time) return;
    if (held_) release(held_duration(*time, cut));
    if (segment_ != cut.number) begin(cut);
    take_format(frame->format);
    held_ = Held{frame, std::max(*time, end_)};
    if (!segment_start_) segment_start_ = held_->decode_time;
}

/// A sample lasts until the next one, but not past its segment, nor so long that the segment outgrows the
/// target duration: where the track was silent for a moment a hole is left.
std::uint64_t TrackWriter::held_duration(std::uint64_t next, const Cut& cut) const {
    const auto start = held_->decode_time;
    const auto length = std::max(next, start + 1) - start;
    if (segment_ == cut.number) return length;
    const auto end = *segment_ + 1 == cut.number ? clock_.to_timescale(cut.time) : start;
    const auto latest = std::min(end, *segment_start_ + clock_.to_timescale(cut.longest));
    // Audio does not end at the cut exactly, and its clock may drift by 40 ms.
    const auto shortest = usual_duration_ + rendition_.timescale / 16;
    return std::min(length, std::max(latest, start + shortest) - start);
}

void TrackWriter::skip_to(const Cut& cut) {
    if (held_) release(usual_duration_);
    begin(cut);
}

void TrackWriter::finish() {
    if (held_) release(usual_duration_);
    if (segment_) end_segments_before(*segment_ + 1);
    segment_.reset();
}

void TrackWriter::begin(const Cut& cut) {
    if (segment_) end_segments_before(cut.number);
    segment_ = cut.number;
    next_part_ = 0;
    segment_start_.reset();
    seam_ = cut.seam;
}

void TrackWriter::end_segments_before(std::uint64_t next) {
    end_part();
    for (auto number = *segment_; number < next; ++number)
        for (const auto& sink : sinks_)
            sink->on_segment_end(rendition_, number);
}

/// A new format comes with a seam, so it is always a segment's first frame that brings it.
void TrackWriter::take_format(const media::FormatPtr& format) {
    if (rendition_.format == format) return;
    rendition_.format = format;
    const container::mp4::Track track{.id = 1, .timescale = rendition_.timescale, .format = *format};
    const Init init{
        .number = next_init_++,
        .format = format,
        .bytes = std::make_shared<const Bytes>(container::mp4::init_segment(track)),
    };
    for (const auto& sink : sinks_)
        sink->on_init(rendition_, init);
}

void TrackWriter::release(std::uint64_t duration) {
    const auto [frame, decode_time] = *std::exchange(held_, std::nullopt);
    if (!part_.empty() && exceeds_part(duration)) end_part();
    const auto offset = frame->kind == media::Kind::video ? (frame->pts - frame->dts).count() : 0;
    part_.add(
        frame,
        decode_time,
        {
            .size = static_cast<std::uint32_t>(frame->payload.size()),
            .duration = static_cast<std::uint32_t>(duration),
            .composition_offset = static_cast<std::int32_t>(offset),
            .sync = frame->keyframe,
        }
    );
    end_ = decode_time + duration;
    usual_duration_ = duration;

    const media::Ticks media(part_.duration() * media::Ticks::period::den / rendition_.timescale);
    part_target_.observe(rendition_.kind, part_.size(), media);
    // Full for a frame like this one: no need to wait for it.
    if (exceeds_part(duration)) end_part();
}

bool TrackWriter::exceeds_part(std::uint64_t duration) const {
    const auto& target = part_target_.duration();
    return target && part_.duration() + duration > clock_.to_timescale(*target);
}

void TrackWriter::end_part() {
    if (part_.empty()) return;
    auto fragment = part_.build();
    fragment.segment = *segment_;
    fragment.part = next_part_++;
    fragment.init = next_init_ - 1;
    fragment.discontinuity = seam_ && fragment.part == 0;
    for (const auto& sink : sinks_)
        sink->on_fragment(rendition_, fragment);
}

}  // namespace tally::package
