// Playlists from the recording's segments. What was lost is listed as gaps, so that all renditions keep the
// same timeline.
#include "record/presentation.hpp"

#include "package/document.hpp"
#include "package/hls.hpp"

namespace tally::record {
namespace {

namespace hls = package::hls;

/// Shorter holes are rounding: players bridge them.
constexpr auto gap_tolerance = std::chrono::duration_cast<media::Ticks>(Milliseconds(100));

/// The same for every rendition (RFC 8216bis 4.4.3.1).
unsigned target_duration(const Recording& recording) {
    media::Ticks longest = std::chrono::seconds(1);
    for (const auto& rendition : recording.renditions())
        for (const auto& segment : rendition.segments)
            longest = std::max(longest, rendition.duration_of(segment));
    return static_cast<unsigned>(std::chrono::round<std::chrono::seconds>(longest).count());
}

/// A hole in the media, in pieces no longer than the target duration.
void add_gap(hls::MediaPlaylist& playlist, const std::string& map_uri, media::Ticks hole, Time captured) {
    const auto longest = media::Ticks(std::chrono::seconds(playlist.target_duration));
    while (hole > media::Ticks::zero()) {
        const auto piece = std::min(hole, longest);
        playlist.segments.push_back(
            {.uri = "gap.m4s", .map_uri = map_uri, .duration = piece, .gap = true, .captured = captured}
        );
        captured += std::chrono::round<Milliseconds>(piece);
        hole -= piece;
    }
}

std::string media_playlist(const Rendition& rendition, unsigned target_duration) {
    hls::MediaPlaylist playlist{
        .type = hls::MediaPlaylist::Type::vod,
        .target_duration = target_duration,
        .independent = std::ranges::all_of(rendition.segments, &Segment::independent),
        .ended = true,
        .segments = {}
    };
    const Segment* before = nullptr;
    for (const auto& segment : rendition.segments) {
        const auto map_uri = fmt::format("init_{}.mp4", segment.init);
        if (before != nullptr) {
            const auto hole = rendition.time_of(segment.decode_time) - rendition.time_of(before->end());
            const auto since =
                before->captured + std::chrono::round<Milliseconds>(rendition.duration_of(*before));
            if (hole > gap_tolerance) add_gap(playlist, map_uri, hole, since);
        }
        playlist.segments.push_back(
            {.uri = fmt::format("segment_{}.m4s", segment.number),
             .map_uri = map_uri,
             .duration = rendition.duration_of(segment),
             .discontinuity = segment.discontinuity && before != nullptr,
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
    const auto target = target_duration(recording);
    Presentation presentation{.master = package::make_document(master_playlist(recording)), .playlists = {}};
    for (const auto& rendition : recording.renditions())
        presentation.playlists.emplace(
            rendition.name, package::make_document(media_playlist(rendition, target))
        );
    return presentation;
}

}  // namespace tally::record
