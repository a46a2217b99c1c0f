#include "load/hls_viewer.hpp"

namespace tally::load {
namespace {

constexpr double segments_behind = 3;  // of the target duration, behind the live edge (RFC 8216 6.3.3)

double behind(const MediaPlaylist& playlist) {
    return segments_behind * playlist.target_duration;
}

}  // namespace

/// False when there is no stream there.
Async<bool> HlsViewer::open() {
    const auto answer = co_await fetch(seat_.target, "");
    if (!answer) co_return false;
    auto master = parse_master(answer->body);
    if (!master) {
        seat_.report.add_error(master.error().context);
        co_return false;
    }
    for (auto& variant : master->variants)
        variant.uri = follow(seat_.target, variant.uri);
    const auto named = master->variants.front().uri;
    offer(std::move(master->variants), named);
    video_.target = chosen().uri;
    if (!master->audio_uri.empty()) audio_.target = follow(seat_.target, master->audio_uri);
    co_return true;
}

Async<std::optional<MediaPlaylist>> HlsViewer::load(const Track& track) {
    const auto answer = co_await fetch(track.target, "");
    if (!answer) co_return std::nullopt;
    auto playlist = parse_media(answer->body);
    if (playlist) co_return *std::move(playlist);
    seat_.report.add_error(playlist.error().context);
    co_return std::nullopt;
}

Async<> HlsViewer::run() {
    while (!co_await open())
        co_await pause(after_failure);
    for (;;) {
        const auto before = video_.next;
        const auto playlist = co_await load(video_);
        if (!playlist) {
            co_await pause(after_failure);
            continue;
        }
        co_await take(video_, *playlist, behind(*playlist));
        if (!audio_.target.empty())
            if (const auto audio = co_await load(audio_)) co_await take(audio_, *audio, behind(*audio));
        if (playlist->ended) break;
        // Segments of all renditions have the same numbers: the next playlist is of the other one.
        if (choose()) {
            video_.target = chosen().uri;
            video_.map.clear();
        }
        // RFC 8216 6.3.4: after a target duration, or half of one when nothing was new.
        const Milliseconds reload(static_cast<std::int64_t>(playlist->target_duration * 1000));
        co_await rest(video_.next != before ? reload : reload / 2);
    }
    playback_.finish();
}

}  // namespace tally::load
