#include "package/live_output.hpp"

#include "package/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace tally::package {

LiveOutput::Track& LiveOutput::track_of(const Rendition& rendition) {
    return tracks_.try_emplace(rendition.name, Track{LiveWindow(options_.listed, seams_), nullptr})
        .first->second;
}

const LiveWindow* LiveOutput::other_than(const LiveWindow& window) const {
    for (const auto& [name, track] : tracks_)
        if (&track.window != &window) return &track.window;
    return nullptr;
}

void LiveOutput::on_init(const Rendition& rendition, const Init& init) {
    track_of(rendition).window.add_init(rendition, init);
}

void LiveOutput::on_fragment(const Rendition& rendition, const Fragment& fragment) {
    auto& window = track_of(rendition).window;
    window.add_fragment(rendition, fragment);
    if (fragment.part == 0) note_period(window, fragment);
}

void LiveOutput::note_period(const LiveWindow& window, const Fragment& fragment) {
    const auto media = window.ticks(fragment.presentation_time());
    const auto wall = fragment.captured - std::chrono::floor<Milliseconds>(media);
    if (periods_.empty()) {
        availability_start_ = wall;
        periods_.push_back({fragment.segment, media, {}});
        return;
    }
    auto& newest = periods_.back();
    if (fragment.segment == newest.first_segment) {
        newest.media = std::min(newest.media, media);
    } else if (fragment.discontinuity && fragment.segment > newest.first_segment) {
        // The wall clock goes on while media stands still, never the other way round: periods cannot overlap.
        const auto offset = std::max(wall - availability_start_, newest.offset);
        periods_.push_back({fragment.segment, media, offset});
    }
}

void LiveOutput::on_segment_end(const Rendition& rendition, std::uint64_t segment) {
    auto& track = track_of(rendition);
    track.window.end_segment(segment, other_than(track.window), target_duration_);
    if (!track.window.empty()) track.snapshot = track.window.snapshot(target_duration_, false);
    publish(false);
}

void LiveOutput::on_end() {
    std::erase_if(tracks_, [](const auto& entry) { return entry.second.window.empty(); });
    if (tracks_.empty()) return;
    for (auto& [name, track] : tracks_)
        track.snapshot = track.window.snapshot(target_duration_, true);
    publish(true);
}

void LiveOutput::publish(bool ended) {
    const auto complete = [](const auto& entry) { return entry.second.snapshot != nullptr; };
    if (!output_->snapshot() && !std::ranges::all_of(tracks_, complete)) return;
    forget_periods();
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->master = make_document(hls::render_master(master()));
    snapshot->manifest = make_document(dash::render_manifest(manifest(ended)));
    for (const auto& [name, track] : tracks_)
        if (track.snapshot) snapshot->renditions.emplace(name, track.snapshot);
    snapshot->ended = ended;
    output_->publish(std::move(snapshot));
}

void LiveOutput::forget_periods() {
    auto oldest = std::numeric_limits<std::uint64_t>::max();
    for (const auto& [name, track] : tracks_)
        if (!track.window.empty()) oldest = std::min(oldest, track.window.listed().front()->number);
    while (periods_.size() > 1 && periods_[1].first_segment <= oldest)
        periods_.pop_front();
}

hls::MasterPlaylist LiveOutput::master() const {
    hls::MasterPlaylist master;
    for (const auto& [name, track] : tracks_) {
        const auto& window = track.window;
        if (window.empty()) continue;
        master.independent &= window.independent();
        const auto uri = fmt::format("{}/playlist.m3u8", name);
        const auto& format = *window.rendition().format;
        if (const auto* video = std::get_if<codec::VideoFormat>(&format))
            master.video.push_back(
                {uri, video->codecs, window.bitrate(), video->width, video->height, window.fps()}
            );
        else if (const auto* audio = std::get_if<codec::AudioFormat>(&format))
            master.audio = {name, uri, audio->codecs, window.bitrate(), audio->channels};
    }
    return master;
}

dash::Manifest LiveOutput::manifest(bool ended) const {
    const auto target = std::chrono::seconds(target_duration_);
    dash::Manifest manifest{
        .live = !ended,
        .availability_start = availability_start_,
        .published = {},
        .update_every = target,
        .latency = 3 * target,
        .clock_url = options_.clock_url,
        .periods = {},
    };
    for (std::size_t i = 0; i < periods_.size(); ++i) {
        auto period = dash_period(i);
        if (!period.representations.empty()) manifest.periods.push_back(std::move(period));
    }
    for (const auto& [name, track] : tracks_) {
        const auto& window = track.window;
        if (window.empty()) continue;
        media::Ticks length{};
        for (const auto& segment : window.listed())
            length += window.ticks(segment->duration);
        const auto& newest = window.newest();
        const auto end = window.ticks(newest.presentation_time + newest.duration);
        const auto as_ms = [](media::Ticks time) { return std::chrono::ceil<Milliseconds>(time); };
        manifest.window = std::max(manifest.window, as_ms(length));
        manifest.duration = std::max(manifest.duration, as_ms(end) + periods_.back().offset);
        manifest.published =
            std::max(manifest.published, newest.captured + as_ms(window.ticks(newest.duration)));
    }
    return manifest;
}

dash::Period LiveOutput::dash_period(std::size_t index) const {
    const auto& period = periods_[index];
    const auto next = index + 1 < periods_.size() ? periods_[index + 1].first_segment
                                                  : std::numeric_limits<std::uint64_t>::max();
    dash::Period result{.id = period.first_segment, .start = period.start(), .representations = {}};
    for (const auto& [name, track] : tracks_) {
        auto representation = track.window.representation(period.first_segment, next, period.media);
        if (!representation.segments.empty()) result.representations.push_back(std::move(representation));
    }
    return result;
}

}  // namespace tally::package
