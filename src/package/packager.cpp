#include "package/packager.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tally::package {
namespace {

using media::Kind;

/// Behind the furthest track, so that equal numbers stay equal times.
Segmenter::Start segmenter_start(const Resume& resume, std::uint32_t first_number) {
    Segmenter::Start start{.seam = !resume.tracks.empty(), .target_duration = resume.target_duration};
    if (resume.tracks.empty()) start.number = first_number;
    for (const auto& [kind, track] : resume.tracks)
        start.number = std::max(start.number, track.next_segment);
    return start;
}

Rendition new_rendition(const codec::Format& format) {
    if (const auto* video = std::get_if<codec::VideoFormat>(&format))
        return {fmt::format("{}p", video->height), Kind::video, media::Ticks::period::den, nullptr};
    return {"audio", Kind::audio, std::get<codec::AudioFormat>(format).sample_rate, nullptr};
}

}  // namespace

Packager::Packager(
    std::shared_ptr<Output> output, PackagerOptions options, const Resume& resume, OutputSinks sinks
)
    : resume_(resume),
      first_number_(options.first_number),
      live_(std::make_shared<LiveOutput>(std::move(output), std::move(options.live), resume.seams)),
      sinks_(std::move(sinks)),
      segmenter_(options.segment, segmenter_start(resume, options.first_number)),
      part_target_(options.part) {
    sinks_.insert(sinks_.begin(), live_);
}

void Packager::on_frame(const media::FramePtr& frame) {
    interleaver_.push(frame);
    while (const auto next = interleaver_.pop())
        take(next);
}

void Packager::on_end() {
    interleaver_.end();
    while (const auto next = interleaver_.pop())
        take(next);
    segmenter_.end();
    live_->set_target_duration(segmenter_.target_duration());
    for (auto& track : tracks_)
        if (track.writer) track.writer->finish();
    for (const auto& sink : sinks_)
        sink->on_end();
}

void Packager::take(const media::FramePtr& frame) {
    auto& track = tracks_[static_cast<std::size_t>(frame->kind)];
    if (!track.writer && !admit(track, *frame)) return;
    const auto& cut = segmenter_.place(*frame);
    live_->set_target_duration(segmenter_.target_duration());
    track.writer->add(frame, cut);
    follow(frame->kind == Kind::video ? Kind::audio : Kind::video);
}

/// Until the first cut tracks join at once; later ones at a cut, which is a discontinuity then.
bool Packager::admit(Track& track, const media::Frame& frame) {
    if (segmenter_.has_cut()) {
        if (!track.joins_at) {
            track.joins_at = segmenter_.newest().number + 1;
            segmenter_.seam_next();
        }
        if (segmenter_.newest().number < *track.joins_at || !frame.keyframe) return false;
    }
    track.writer = make_writer(frame);
    return true;
}

std::unique_ptr<TrackWriter> Packager::make_writer(const media::Frame& frame) {
    auto rendition = new_rendition(*frame.format);
    TrackWriter::Start start{.init = first_number_};
    if (const auto found = resume_.tracks.find(frame.kind); found != resume_.tracks.end()) {
        const auto& resumed = found->second;
        rendition.name = resumed.name;
        rendition.timescale = resumed.timescale;
        start = {.init = resumed.next_init, .decode_time = resumed.next_decode_time};
    }
    return std::make_unique<TrackWriter>(std::move(rendition), start, part_target_, sinks_);
}

/// The segmenter moves a silent track on once it is a whole segment behind.
void Packager::follow(Kind kind) {
    const auto& writer = tracks_[static_cast<std::size_t>(kind)].writer;
    if (!writer) return;
    const auto& reached = segmenter_.reached(kind);
    if (writer->segment() && *writer->segment() < reached.number) writer->skip_to(reached);
}

}  // namespace tally::package
