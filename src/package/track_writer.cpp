#include "package/track_writer.hpp"

#include "codec/aac.hpp"

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
    if (segment_ && segment_ != cut.number) {
        fill(std::min(*time, segment_end(cut)));
        if (held_) release(held_duration(*time, cut));
    }
    if (segment_ != cut.number) begin(cut);
    if (frame->format == rendition_.format) fill(*time);
    if (held_) release(std::max(*time, held_->decode_time + 1) - held_->decode_time);
    take_format(frame->format);
    newest_ = {frame, std::max(*time, end_)};
    hold(newest_);
}

void TrackWriter::hold(Held sample) {
    if (!segment_start_) segment_start_ = sample.decode_time;
    held_ = std::move(sample);
}

/// With silence up to `end`, where more is missing than a clock that drifts leaves out: players stand still
/// where one track has nothing.
void TrackWriter::fill(std::uint64_t end) {
    const auto* format =
        newest_.frame ? std::get_if<codec::AudioFormat>(newest_.frame->format.get()) : nullptr;
    const auto silence = format ? codec::silent_aac_frame(*format) : Bytes{};
    if (silence.empty()) return;
    const auto length = std::uint64_t{format->samples_per_frame} * rendition_.timescale / format->sample_rate;
    const auto next = [&] {
        if (held_) return held_->decode_time + length;
        return segment_from_ > end_ + length ? segment_from_ : end_;
    };
    if (next() + rendition_.timescale / 10 > end) return;
    for (auto time = next(); time + length <= end; time = next()) {
        if (held_) release(length);
        hold({silent_frame(silence, time), time});
    }
}

media::FramePtr TrackWriter::silent_frame(const Bytes& silence, std::uint64_t decode_time) const {
    auto frame = *newest_.frame;
    const auto later = decode_time - newest_.decode_time;
    frame.dts += media::Ticks(later * media::Ticks::period::den / rendition_.timescale);
    frame.pts = frame.dts;
    frame.captured += Milliseconds(later * 1000 / rendition_.timescale);
    frame.payload = silence;
    return std::make_shared<const media::Frame>(std::move(frame));
}

/// Where the segment has to end for `next` to begin: a longer one would outgrow the target duration.
std::uint64_t TrackWriter::segment_end(const Cut& next) const {
    const auto longest = segment_start_.value_or(end_) + clock_.to_timescale(next.longest);
    return *segment_ + 1 == next.number ? std::min(clock_.to_timescale(next.time), longest) : end_;
}

/// A sample lasts until the next one, but not past its segment: where the track was silent for a moment a
/// hole is left.
std::uint64_t TrackWriter::held_duration(std::uint64_t next, const Cut& cut) const {
    const auto start = held_->decode_time;
    const auto length = std::max(next, start + 1) - start;
    // Audio does not end at the cut exactly, and its clock may drift by 40 ms.
    if (length <= usual_duration_ + rendition_.timescale / 16) return length;
    return std::min(length, std::max(segment_end(cut), start + usual_duration_) - start);
}

void TrackWriter::skip_to(const Cut& cut) {
    if (segment_) fill(segment_end(cut));
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
    segment_from_ = clock_.to_timescale(cut.time);
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
