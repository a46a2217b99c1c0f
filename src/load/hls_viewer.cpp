#include "load/hls_viewer.hpp"

#include "net/signal.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

namespace tally::load {
namespace {

constexpr double segments_behind = 3;  // of the target duration, behind the live edge (RFC 8216 6.3.3)
constexpr Milliseconds enough_buffer{30'000};
constexpr Milliseconds after_failure{1000};
constexpr double usable_throughput = 0.8;
constexpr double newest_weight = 0.3;

Milliseconds milliseconds(double seconds) {
    return Milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

/// Where a player joins: the first segment that is not more than three target durations from the end.
std::uint64_t joining_segment(const MediaPlaylist& playlist) {
    double behind = 0;
    for (auto i = playlist.segments.size(); i-- > 0;) {
        behind += playlist.segments[i].duration;
        if (behind > segments_behind * playlist.target_duration && i + 1 < playlist.segments.size())
            return playlist.segments[i + 1].number;
    }
    return playlist.segments.front().number;
}

}  // namespace

Result<std::string> resolve_target(
    std::string_view authority, std::string_view base, std::string_view reference
) {
    namespace urls = boost::urls;
    const auto absolute = fmt::format("http://{}{}", authority, base);  // `from` is a view of it
    const auto from = urls::parse_uri(absolute);
    const auto to = urls::parse_uri_reference(reference);
    if (!from || !to) return fail(Errc::malformed, "a URL that is none");
    urls::url resolved;
    if (!urls::resolve(*from, *to, resolved)) return fail(Errc::malformed, "a URL that is none");
    if (std::string_view(resolved.encoded_authority()) != authority)
        return fail(Errc::unsupported, "a URL of another server");
    return std::string(resolved.encoded_target());
}

HlsViewer::HlsViewer(const Executor& executor, Server server, std::string target, Report& report)
    : executor_(executor),
      authority_(server.authority),
      connection_(executor, std::move(server)),
      master_(std::move(target)),
      report_(report),
      playback_(system_clock().monotonic()) {
    ++report_.viewers;
    video_.is_timed = true;
}

Async<> HlsViewer::pause(Milliseconds time) {
    net::Timer timer(executor_, time);
    co_await timer.async_wait(as_result);
}

/// What `reference` in the document at `base` leads to, or an error that was counted.
Async<std::optional<Answer>> HlsViewer::fetch(std::string base, std::string reference) {
    auto target = resolve_target(authority_, base, reference);
    if (!target) {
        report_.add_error(target.error().context);
        co_return std::nullopt;
    }
    const auto begun = system_clock().monotonic();
    auto answer = co_await connection_.get(*std::move(target));
    ++report_.requests;
    playback_.advance(system_clock().monotonic());
    if (!answer) {
        report_.add_error(answer.error().context);
        co_return std::nullopt;
    }
    report_.bytes += answer->body.size();
    if (answer->status != 200) {
        report_.add_error(fmt::format("status {}", answer->status));
        co_return std::nullopt;
    }
    const std::chrono::duration<double> took = system_clock().monotonic() - begun;
    const auto rate = static_cast<double>(answer->body.size()) * 8 / std::max(took.count(), 1e-4);
    constexpr std::size_t telling = 16 * 1024;
    if (answer->body.size() >= telling)
        throughput_ = throughput_ == 0 ? rate : throughput_ + newest_weight * (rate - throughput_);
    co_return std::move(*answer);
}

/// False when there is no stream there.
Async<bool> HlsViewer::open() {
    const auto answer = co_await fetch(master_, "");
    if (!answer) co_return false;
    auto master = parse_master(answer->body);
    if (!master) {
        report_.add_error(master.error().context);
        co_return false;
    }
    variants_ = std::move(master->variants);
    for (auto& variant : variants_)
        variant.uri = resolve_target(authority_, master_, variant.uri).value_or("");
    video_.target = variants_.front().uri;
    if (!master->audio_uri.empty())
        audio_.target = resolve_target(authority_, master_, master->audio_uri).value_or("");
    co_return true;
}

Async<std::optional<MediaPlaylist>> HlsViewer::load(const Track& track) {
    const auto answer = co_await fetch(track.target, "");
    if (!answer) co_return std::nullopt;
    auto playlist = parse_media(answer->body);
    if (playlist) co_return *std::move(playlist);
    report_.add_error(playlist.error().context);
    co_return std::nullopt;
}

Async<> HlsViewer::take_segment(Track& track, const Segment& segment) {
    track.next = segment.number + 1;
    if (segment.gap || !co_await fetch(track.target, segment.uri) || !track.is_timed) co_return;
    playback_.append(system_clock().monotonic(), milliseconds(segment.duration), segment.captured);
    if (const auto latency = playback_.latency(system_clock().now()))
        report_.latency_ms.add(static_cast<double>(latency->count()));
}

/// Everything of the playlist that was not fetched yet.
Async<> HlsViewer::take(Track& track, const MediaPlaylist& playlist) {
    if (playlist.segments.empty()) co_return;
    if (!track.next) track.next = joining_segment(playlist);
    if (*track.next < playlist.segments.front().number) report_.add_error("fell behind the playlist");
    if (!playlist.map_uri.empty() && track.map != playlist.map_uri) {
        track.map = playlist.map_uri;
        co_await fetch(track.target, playlist.map_uri);
    }
    for (const auto& segment : playlist.segments)
        if (segment.number >= *track.next) co_await take_segment(track, segment);
}

/// Affects the next playlist that is loaded; segments of all renditions have the same numbers.
void HlsViewer::choose_rendition() {
    const auto fits = [&](const Variant& variant) {
        return static_cast<double>(variant.bandwidth) <= usable_throughput * throughput_;
    };
    std::size_t best = 0;
    while (best + 1 < variants_.size() && fits(variants_[best + 1]))
        ++best;
    if (throughput_ == 0 || best == variant_) return;
    variant_ = best;
    video_.target = variants_[best].uri;
    video_.map.clear();
    ++report_.switches;
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
        co_await take(video_, *playlist);
        if (!audio_.target.empty())
            if (const auto audio = co_await load(audio_)) co_await take(audio_, *audio);
        if (playlist->ended) break;
        choose_rendition();
        // RFC 8216 6.3.4: after a target duration, or half of one when nothing was new.
        const auto reload = milliseconds(playlist->target_duration) / (video_.next != before ? 1 : 2);
        co_await pause(std::max(reload, playback_.buffered() - enough_buffer));
        playback_.advance(system_clock().monotonic());
    }
    playback_.finish();
}

}  // namespace tally::load
