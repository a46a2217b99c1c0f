#include "package/hls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace tally::package::hls {
namespace {

constexpr std::string_view audio_group = "audio";

class Text {
public:
    template <class... Values>
    void line(fmt::format_string<Values...> format, Values&&... values) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
        text_ += '\n';
    }

    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

/// The lowest version that has every tag in use: EXT-X-GAP came with 8, fMP4 is customary from 7 on.
int version(const MediaPlaylist& playlist) {
    return std::ranges::any_of(playlist.segments, &PlaylistSegment::gap) ? 8 : 7;
}

/// RFC 8216bis 4.4.6.2: BANDWIDTH counts every rendition that plays at once.
void write_variant(Text& text, const VideoRendition& video, const AudioRendition* audio) {
    auto bitrate = video.bitrate;
    auto codecs = video.codecs;
    std::string optional;
    if (video.fps > 0) optional += fmt::format(",FRAME-RATE={:.3f}", video.fps);
    if (audio) {
        bitrate.peak += audio->bitrate.peak;
        bitrate.average += audio->bitrate.average;
        codecs += "," + audio->codecs;
        optional += fmt::format(",AUDIO=\"{}\"", audio_group);
    }
    text.line(
        "#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS=\"{}\",RESOLUTION={}x{}{}",
        bitrate.peak,
        bitrate.average,
        codecs,
        video.width,
        video.height,
        optional
    );
    text.line("{}", video.uri);
}

void write_audio_variant(Text& text, const AudioRendition& audio) {
    text.line(
        "#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS=\"{}\"",
        audio.bitrate.peak,
        audio.bitrate.average,
        audio.codecs
    );
    text.line("{}", audio.uri);
}

}  // namespace

std::string render_media_playlist(const MediaPlaylist& playlist) {
    const auto vod = playlist.type == MediaPlaylist::Type::vod;
    Text text;
    text.line("#EXTM3U");
    text.line("#EXT-X-VERSION:{}", version(playlist));
    text.line("#EXT-X-TARGETDURATION:{}", playlist.target_duration);
    if (vod) text.line("#EXT-X-PLAYLIST-TYPE:VOD");
    text.line("#EXT-X-MEDIA-SEQUENCE:{}", playlist.media_sequence);
    if (playlist.discontinuity_sequence > 0)
        text.line("#EXT-X-DISCONTINUITY-SEQUENCE:{}", playlist.discontinuity_sequence);
    if (playlist.independent) text.line("#EXT-X-INDEPENDENT-SEGMENTS");
    std::string_view map;
    for (const auto& segment : playlist.segments) {
        if (segment.discontinuity) text.line("#EXT-X-DISCONTINUITY");
        if (segment.map_uri != map) text.line("#EXT-X-MAP:URI=\"{}\"", segment.map_uri);
        map = segment.map_uri;
        text.line("#EXT-X-PROGRAM-DATE-TIME:{}", to_rfc3339(segment.captured));
        if (segment.gap) text.line("#EXT-X-GAP");
        text.line("#EXTINF:{:.5f},", segment.duration.count());
        text.line("{}", segment.uri);
    }
    if (vod || playlist.ended) text.line("#EXT-X-ENDLIST");
    return text.take();
}

std::string render_master(const MasterPlaylist& master) {
    const auto* audio = master.audio ? &*master.audio : nullptr;
    Text text;
    text.line("#EXTM3U");
    text.line("#EXT-X-VERSION:7");
    if (master.independent) text.line("#EXT-X-INDEPENDENT-SEGMENTS");
    if (audio && !master.video.empty())
        text.line(
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"{}\",NAME=\"{}\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"{}\","
            "URI=\"{}\"",
            audio_group,
            audio->name,
            audio->channels,
            audio->uri
        );
    for (const auto& video : master.video)
        write_variant(text, video, audio);
    if (audio && master.video.empty()) write_audio_variant(text, *audio);
    return text.take();
}

}  // namespace tally::package::hls
