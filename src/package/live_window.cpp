#include "package/live_window.hpp"

#include "package/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tally::package {
namespace {

using media::Ticks;

/// The rate that an encoder was set to: timestamps in milliseconds hide it.
double nominal_rate(double measured) {
    constexpr auto rates = std::to_array<double>({
        24000.0 / 1001,
        24,
        25,
        30000.0 / 1001,
        30,
        48,
        50,
        60000.0 / 1001,
        60,
        120,
    });
    constexpr double tolerance = 0.005;
    const auto near = std::ranges::min(rates, {}, [&](double rate) { return std::abs(rate - measured); });
    return std::abs(near - measured) < near * tolerance ? near : measured;
}

std::uint64_t count_seams(std::span<const SegmentPtr> segments) {
    return static_cast<std::uint64_t>(std::ranges::count_if(segments, [](const auto& segment) {
        return segment->discontinuity;
    }));
}

}  // namespace

void LiveWindow::add_init(const Rendition& rendition, const Init& init) {
    rendition_ = rendition;
    inits_[init.number] = init;
    format_samples_ = format_duration_ = 0;
}

void LiveWindow::add_fragment(const Rendition& rendition, const Fragment& fragment) {
    rendition_ = rendition;
    growing_.push_back(fragment);
}

void LiveWindow::end_segment(std::uint64_t number, const LiveWindow* like, unsigned target_duration) {
    std::size_t samples = 0;
    for (const auto& fragment : growing_)
        samples += fragment.samples.size();
    auto segment = finish_segment(number);
    // Players match renditions by their discontinuity sequence numbers (RFC 8216bis 6.2.4).
    if (empty() && like) evicted_seams_ = like->seams_before(number);
    if (segment)
        measure(*segment, samples, target_duration);
    else if (!empty())
        segment = make_gap(number, like, target_duration);
    else
        return;
    segments_.push_back(std::move(segment));
    evict(target_duration);
}

SegmentPtr LiveWindow::finish_segment(std::uint64_t number) {
    if (growing_.empty()) return nullptr;
    const auto& first = growing_.front();
    Segment segment{
        .number = number,
        .init = first.init,
        .independent = first.independent,
        .discontinuity = first.discontinuity,
        .decode_time = first.decode_time,
        .presentation_time = first.presentation_time(),
        .captured = first.captured,
        .bytes = nullptr,
    };
    Bytes bytes;
    for (const auto& fragment : growing_) {
        segment.duration += fragment.duration;
        bytes.insert(bytes.end(), fragment.bytes->begin(), fragment.bytes->end());
    }
    segment.bytes = std::make_shared<const Bytes>(std::move(bytes));
    growing_.clear();
    return std::make_shared<const Segment>(std::move(segment));
}

SegmentPtr LiveWindow::make_gap(std::uint64_t number, const LiveWindow* like, unsigned target_duration)
    const {
    const auto& last = newest();
    const auto model = like ? like->outline(number) : std::nullopt;
    const auto length = model ? model->duration : Ticks(std::chrono::seconds(target_duration));
    Segment gap{
        .number = number,
        .init = last.init,
        .discontinuity = model && model->discontinuity,
        .decode_time = last.decode_time + last.duration,
        .duration = static_cast<std::uint64_t>(length.count()) * rendition_.timescale / Ticks::period::den,
        .presentation_time = last.presentation_time + last.duration,
        .captured = last.captured + std::chrono::floor<Milliseconds>(ticks(last.duration)),
        .bytes = nullptr,
    };
    return std::make_shared<const Segment>(std::move(gap));
}

std::uint64_t LiveWindow::seams_before(std::uint64_t number) const {
    const auto end = std::ranges::lower_bound(segments_, number, {}, [](const auto& s) { return s->number; });
    return evicted_seams_ + count_seams(std::span(segments_.begin(), end));
}

std::optional<LiveWindow::Outline> LiveWindow::outline(std::uint64_t number) const {
    const auto found =
        std::ranges::lower_bound(segments_, number, {}, [](const auto& s) { return s->number; });
    if (found != segments_.end() && (*found)->number == number)
        return Outline{ticks((*found)->duration), (*found)->discontinuity};
    if (growing_.empty() || growing_.front().segment != number) return {};
    Outline outline{.duration = {}, .discontinuity = growing_.front().discontinuity};
    for (const auto& fragment : growing_)
        outline.duration += ticks(fragment.duration);
    return outline;
}

void LiveWindow::measure(const Segment& segment, std::size_t samples, unsigned target_duration) {
    const auto seconds = static_cast<double>(segment.duration) / rendition_.timescale;
    const auto bits = segment.bytes->size() * 8;
    // RFC 8216bis 4.4.6.2: the peak is that of segments of at least half the target duration.
    if (bitrate_.peak == 0 || seconds * 2 >= target_duration) {
        const auto rate = static_cast<std::uint64_t>(static_cast<double>(bits) / seconds);
        bitrate_.peak = std::max(bitrate_.peak, rate);
    }
    format_samples_ += samples;
    format_duration_ += segment.duration;
    total_bytes_ += segment.bytes->size();
    total_duration_ += segment.duration;
    bitrate_.average = total_bytes_ * 8 * rendition_.timescale / total_duration_;
}

void LiveWindow::evict(unsigned target_duration) {
    const auto window = std::max(listed_, Ticks(std::chrono::seconds(3 * target_duration)));
    const auto start_of = [&](Ticks wanted, std::size_t end) {
        Ticks length{};
        while (end > 0 && length < wanted)
            length += ticks(segments_[--end]->duration);
        return end;
    };
    unlisted_ = start_of(window, segments_.size());
    const auto evicted = start_of(window, unlisted_);
    evicted_seams_ += count_seams(std::span(segments_).first(evicted));
    segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(evicted));
    unlisted_ -= evicted;
    inits_.erase(inits_.begin(), inits_.lower_bound(segments_.front()->init));
}

double LiveWindow::fps() const {
    if (rendition_.kind == media::Kind::audio || format_duration_ == 0) return 0;
    return nominal_rate(
        static_cast<double>(format_samples_ * rendition_.timescale) / static_cast<double>(format_duration_)
    );
}

std::span<const SegmentPtr> LiveWindow::listed() const {
    return std::span(segments_).subspan(unlisted_);
}

bool LiveWindow::independent() const {
    return std::ranges::all_of(listed(), [](const auto& segment) { return segment->independent; });
}

Ticks LiveWindow::ticks(std::uint64_t duration) const {
    constexpr std::uint64_t second = Ticks::period::den;
    const auto whole = duration / rendition_.timescale * second;
    return Ticks(whole + duration % rendition_.timescale * second / rendition_.timescale);
}

hls::MediaPlaylist LiveWindow::playlist(unsigned target_duration, bool ended) const {
    hls::MediaPlaylist playlist{
        .target_duration = target_duration,
        .media_sequence = listed().front()->number,
        .discontinuity_sequence = seams_before(listed().front()->number),
        .independent = independent(),
        .ended = ended,
        .segments = {},
    };
    for (const auto& segment : listed())
        playlist.segments.push_back({
            .uri = fmt::format("segment_{}.m4s", segment->number),
            .map_uri = fmt::format("init_{}.mp4", segment->init),
            .duration = ticks(segment->duration),
            .discontinuity = segment->discontinuity,
            .gap = segment->bytes == nullptr,
            .captured = segment->captured,
        });
    return playlist;
}

dash::Representation LiveWindow::representation(std::uint64_t first, std::uint64_t end, Ticks offset) const {
    dash::Representation result;
    for (const auto& segment : listed()) {
        if (segment->number < first || segment->number >= end) continue;
        if (result.segments.empty()) {
            result.first_number = segment->number;
            result.init = segment->init;
        }
        result.independent &= segment->independent;
        result.segments.push_back({segment->presentation_time, segment->duration});
    }
    if (result.segments.empty()) return result;
    result.id = rendition_.name;
    result.video = rendition_.kind == media::Kind::video;
    result.bandwidth = bitrate_.peak;
    result.timescale = rendition_.timescale;
    result.presentation_offset =
        static_cast<std::uint64_t>(offset.count()) * rendition_.timescale / Ticks::period::den;
    result.fps = fps();
    const auto& format = *inits_.at(result.init).format;
    std::visit([&](const auto& of) { result.codecs = of.codecs; }, format);
    if (const auto* video = std::get_if<codec::VideoFormat>(&format)) {
        result.width = video->width;
        result.height = video->height;
    } else {
        const auto& audio = std::get<codec::AudioFormat>(format);
        result.sample_rate = audio.sample_rate;
        result.channels = audio.channels;
    }
    return result;
}

std::shared_ptr<const RenditionSnapshot> LiveWindow::snapshot(unsigned target_duration, bool ended) const {
    return std::make_shared<const RenditionSnapshot>(RenditionSnapshot{
        .rendition = rendition_,
        .playlist = make_document(hls::render_media_playlist(playlist(target_duration, ended))),
        .inits = inits_,
        .segments = segments_,
    });
}

}  // namespace tally::package
