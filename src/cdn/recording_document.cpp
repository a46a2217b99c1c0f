// A broadcast that is over is ready at once: everything served is a view over what was recorded live.
#include "cdn/recording_document.hpp"

#include "record/movie.hpp"

namespace tally::cdn {
namespace {

using Phase = BroadcastFacts::Phase;

Milliseconds to_ms(media::Ticks ticks) {
    return std::chrono::round<Milliseconds>(ticks);
}

RecordingStatus status_of(const BroadcastFacts& facts, const record::Recording* recording) {
    if (facts.phase == Phase::revoked) return RecordingStatus::deleted;
    if (!facts.recording || facts.phase == Phase::before) return RecordingStatus::none;
    if (facts.phase == Phase::live) return RecordingStatus::recording;
    return recording != nullptr && recording->playable() ? RecordingStatus::ready : RecordingStatus::none;
}

RecordedRendition describe(const record::Rendition& rendition) {
    RecordedRendition described{.name = rendition.name, .bitrate = rendition.bitrate() / 1000};
    const auto& format = *rendition.inits.front().format;
    if (const auto* video = std::get_if<codec::VideoFormat>(&format)) {
        described.width = video->width;
        described.height = video->height;
    }
    described.codecs = std::visit([](const auto& any) { return any.codecs; }, format);
    return described;
}

/// What only a recording that is ready can give.
void add_urls(RecordingDocument& document, const record::Recording& recording, const http::PublicUrls& urls) {
    const auto folder = urls.cdn(fmt::format("/vod/{}/", document.broadcast_id.text()));
    document.master_url = folder + "master.m3u8";
    document.download_url = urls.cdn(fmt::format("/downloads/{}.mp4", document.broadcast_id.text()));
    for (auto& rendition : document.renditions)
        rendition.playlist_url = folder + rendition.name + "/playlist.m3u8";
    for (const auto& cut : record::previews(recording)) {
        const auto n = static_cast<int>(document.previews.size()) + 1;
        document.previews.push_back(
            {.n = n,
             .url = fmt::format("{}preview_{}.mp4", folder, n),
             .offset = to_ms(cut.from - recording.start()),
             .duration = to_ms(cut.to - cut.from)}
        );
    }
}

}  // namespace

RecordingDocument describe(
    const BroadcastFacts& facts, const record::Recording* recording, const http::PublicUrls& urls
) {
    RecordingDocument document;
    document.id = facts.recording;
    document.broadcast_id = facts.id;
    document.status = status_of(facts, recording);
    document.thumbnail_url = urls.thumbnail(facts.channel.text());
    const bool ready = document.status == RecordingStatus::ready;
    document.playable = ready;
    document.download_ready = ready;
    document.progress = ready ? 1.0 : 0.0;
    if (recording == nullptr || document.status == RecordingStatus::deleted) return document;

    document.duration = to_ms(recording->duration());
    document.size_bytes = recording->size();
    for (const auto& rendition : recording->renditions())
        if (!rendition.segments.empty()) document.renditions.push_back(describe(rendition));
    for (const auto& gap : recording->gaps())
        document.gaps.push_back({.start = to_ms(gap.start), .duration = to_ms(gap.duration)});
    if (ready) add_urls(document, *recording, urls);
    return document;
}

}  // namespace tally::cdn
