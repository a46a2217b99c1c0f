// Playlists from the recording's segments. What was lost is listed as gaps, so that all renditions keep the
// same timeline.
#include "record/presentation.hpp"

#include "package/document.hpp"
#include "package/hls.hpp"

#include <limits>
#include <ranges>

namespace tally::record {
namespace {

namespace hls = package::hls;

/// Shorter holes are rounding: players bridge them.
constexpr auto gap_tolerance = std::chrono::duration_cast<media::Ticks>(Milliseconds(100));

std::string init_uri(const Segment& segment) {
    return fmt::format("init_{}.mp4", segment.init);
}

/// Of all renditions; 0 without segments.
std::uint64_t first_number(const Recording& recording) {
    auto first = std::numeric_limits<std::uint64_t>::max();
    for (const auto& rendition : recording.renditions())
        if (!rendition.segments.empty()) first = std::min(first, rendition.segments.front().number);
    return first == std::numeric_limits<std::uint64_t>::max() ? 0 : first;
}

/// Seams that the other renditions had passed when this one joined: players match renditions by their
/// discontinuity sequence numbers (RFC 8216bis 6.2.4).
std::uint64_t seams_before(const Rendition& joined, const Recording& recording) {
    std::uint64_t most = 0;
    for (const auto& rendition : recording.renditions()) {
        if (rendition.segments.empty() || joined.segments.empty()) continue;
        const auto earlier = [&](const Segment& segment) {
            return segment.discontinuity && segment.number < joined.segments.front().number;
        };
        const auto seams = std::ranges::count_if(rendition.segments | std::views::drop(1), earlier);
        most = std::max(most, static_cast<std::uint64_t>(seams));
    }
    return most;
}

/// A stretch without media in front of a segment.
struct Hole {
    media::Ticks length{};
    std::uint64_t segments = 0;  // that the numbers tell are missing
    Time captured;               // where it starts
    std::string map_uri;
};

/// As many gaps as segments are missing, more if they would be too long.
void add_gaps(hls::MediaPlaylist& playlist, const Hole& hole) {
    if (hole.length <= gap_tolerance) return;
    const auto longest = media::Ticks(std::chrono::seconds(playlist.target_duration));
    const auto missing = static_cast<std::int64_t>(hole.segments);
    const auto count = std::max(
        std::min(missing, hole.length / gap_tolerance), (hole.length + longest - media::Ticks(1)) / longest
    );
    for (std::int64_t i = 0; i < count; ++i)
        playlist.segments.push_back(
            {.uri = "gap.m4s",  // never fetched (RFC 8216bis 4.4.4.7)
             .map_uri = hole.map_uri,
             .duration = hole.length / count,
             .gap = true,
             .captured = hole.captured + std::chrono::round<Milliseconds>(hole.length * i / count)}
        );
}

Hole hole_between(const Rendition& rendition, const Segment& before, const Segment& next) {
    return {
        .length = rendition.time_of(next.decode_time) - rendition.time_of(before.end()),
        .segments = next.number - before.number - 1,
        .captured = before.captured + std::chrono::round<Milliseconds>(rendition.duration_of(before)),
        .map_uri = init_uri(before)
    };
}

/// Of a rendition that joined late; within the first segment that is nothing to list.
Hole hole_before(const Rendition& rendition, const Segment& first, const Recording& recording) {
    if (first.number == first_number(recording)) return {};
    const auto length = rendition.time_of(first.decode_time) - recording.start();
    return {
        .length = length,
        .segments = first.number - first_number(recording),
        .captured = first.captured - std::chrono::round<Milliseconds>(length),
        .map_uri = init_uri(first)
    };
}

std::string media_playlist(const Rendition& rendition, const Recording& recording) {
    hls::MediaPlaylist playlist{
        .type = hls::MediaPlaylist::Type::vod,
        .target_duration = recording.target_duration(),
        .media_sequence = first_number(recording),
        .discontinuity_sequence = seams_before(rendition, recording),
        .independent = std::ranges::all_of(rendition.segments, &Segment::independent),
        .ended = true,
        .segments = {}
    };
    const Segment* before = nullptr;
    for (const auto& segment : rendition.segments) {
        add_gaps(
            playlist,
            before != nullptr ? hole_between(rendition, *before, segment)
                              : hole_before(rendition, segment, recording)
        );
        playlist.segments.push_back(
            {.uri = fmt::format("segment_{}.m4s", segment.number),
             .map_uri = init_uri(segment),
             .duration = rendition.duration_of(segment),
             .discontinuity = segment.discontinuity && !playlist.segments.empty(),
             .captured = segment.captured}
        );
        before = &segment;
    }
    return hls::render_media_playlist(playlist);
}

hls::Bitrate bitrate(const Rendition& rendition) {
    hls::Bitrate bitrate{.average = rendition.bitrate()};
    for (const auto& segment : rendition.segments) {
        const auto seconds = std::chrono::duration<double>(rendition.duration_of(segment)).count();
        if (seconds <= 0) continue;
        bitrate.peak = std::max(bitrate.peak, static_cast<std::uint64_t>(double(segment.size) * 8 / seconds));
    }
    return bitrate;
}

double frames_per_second(const Rendition& rendition) {
    std::uint64_t frames = 0;
    for (const auto& segment : rendition.segments)
        frames += segment.samples;
    const auto seconds = std::chrono::duration<double>(rendition.duration()).count();
    return seconds > 0 ? static_cast<double>(frames) / seconds : 0;
}

std::string master_playlist(const Recording& recording) {
    hls::MasterPlaylist master;
    for (const auto& rendition : recording.renditions()) {
        if (rendition.segments.empty()) continue;
        const auto uri = rendition.name + "/playlist.m3u8";
        const auto& format = *rendition.inits.front().format;
        if (const auto* video = std::get_if<codec::VideoFormat>(&format)) {
            master.video.push_back(
                {.uri = uri,
                 .codecs = video->codecs,
                 .bitrate = bitrate(rendition),
                 .width = video->width,
                 .height = video->height,
                 .fps = frames_per_second(rendition)}
            );
        } else if (const auto* audio = std::get_if<codec::AudioFormat>(&format)) {
            master.audio = {
                .name = rendition.name,
                .uri = uri,
                .codecs = audio->codecs,
                .bitrate = bitrate(rendition),
                .channels = audio->channels
            };
        }
    }
    return hls::render_master(master);
}

std::size_t size_of(const package::Document& document) {
    return document.text->size() + document.gzip->size();
}

}  // namespace

std::size_t Presentation::memory() const {
    auto total = size_of(master);
    for (const auto& [name, playlist] : playlists)
        total += size_of(playlist);
    return total;
}

Presentation present(const Recording& recording) {
    Presentation presentation{.master = package::make_document(master_playlist(recording)), .playlists = {}};
    for (const auto& rendition : recording.renditions())
        presentation.playlists.emplace(
            rendition.name, package::make_document(media_playlist(rendition, recording))
        );
    return presentation;
}

}  // namespace tally::record
