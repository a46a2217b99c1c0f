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

std::string init_uri(const Segment& segment) {
    return fmt::format("init_{}.mp4", segment.init);
}

/// What is missing between two segments: as many as the numbers tell, more if they would be too long.
void add_gap(
    hls::MediaPlaylist& playlist, const Rendition& rendition, const Segment& before, const Segment& next
) {
    const auto hole = rendition.time_of(next.decode_time) - rendition.time_of(before.end());
    if (hole <= gap_tolerance) return;
    const auto longest = media::Ticks(std::chrono::seconds(playlist.target_duration));
    const auto missing = static_cast<std::int64_t>(next.number - before.number) - 1;
    const auto count =
        std::max(std::min(missing, hole / gap_tolerance), (hole + longest - media::Ticks(1)) / longest);
    for (std::int64_t i = 0; i < count; ++i) {
        const auto start = rendition.duration_of(before) + hole * i / count;
        playlist.segments.push_back(
            {.uri = "gap.m4s",  // never fetched (RFC 8216bis 4.4.4.7)
             .map_uri = init_uri(before),
             .duration = hole / count,
             .gap = true,
             .captured = before.captured + std::chrono::round<Milliseconds>(start)}
        );
    }
}

std::string media_playlist(const Rendition& rendition, unsigned target_duration) {
    hls::MediaPlaylist playlist{
        .type = hls::MediaPlaylist::Type::vod,
        .target_duration = target_duration,
        .media_sequence = rendition.segments.empty() ? 0 : rendition.segments.front().number,
        .independent = std::ranges::all_of(rendition.segments, &Segment::independent),
        .ended = true,
        .segments = {}
    };
    const Segment* before = nullptr;
    for (const auto& segment : rendition.segments) {
        if (before != nullptr) add_gap(playlist, rendition, *before, segment);
        playlist.segments.push_back(
            {.uri = fmt::format("segment_{}.m4s", segment.number),
             .map_uri = init_uri(segment),
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
    Presentation presentation{.master = package::make_document(master_playlist(recording)), .playlists = {}};
    for (const auto& rendition : recording.renditions())
        presentation.playlists.emplace(
            rendition.name, package::make_document(media_playlist(rendition, recording.target_duration()))
        );
    return presentation;
}

}  // namespace tally::record
