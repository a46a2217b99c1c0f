#include "load/segment_viewer.hpp"

#include "net/signal.hpp"
#include "net/spawn.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

namespace tally::load {
namespace {

constexpr Milliseconds enough_buffer{30'000};
constexpr double usable_throughput = 0.8;
constexpr double newest_weight = 0.3;

Milliseconds milliseconds(double seconds) {
    return Milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

}  // namespace

std::uint64_t joining_segment(const MediaPlaylist& playlist, double behind) {
    double distance = 0;
    for (auto i = playlist.segments.size(); i-- > 0;) {
        distance += playlist.segments[i].duration;
        if (distance > behind && i + 1 < playlist.segments.size()) return playlist.segments[i + 1].number;
    }
    return playlist.segments.front().number;
}

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

SegmentViewer::SegmentViewer(Seat seat, Reporter::Format format)
    : seat_(std::move(seat)),
      playback_(system_clock().monotonic()),
      format_(format),
      connection_(seat_.executor, seat_.server) {
    ++seat_.report.viewers;
    video_.is_timed = true;
}

Async<> SegmentViewer::leave() {
    if (reporter_) co_await reporter_->leave();
}

Async<> SegmentViewer::pause(Milliseconds time) const {
    net::Timer timer(seat_.executor, time);
    co_await timer.async_wait(as_result);
}

Async<> SegmentViewer::rest(Milliseconds reload) {
    co_await pause(std::max(reload, playback_.buffered() - enough_buffer));
    playback_.advance(system_clock().monotonic());
}

std::string SegmentViewer::follow(const std::string& base, const std::string& reference) const {
    return resolve_target(seat_.server.authority, base, reference).value_or("");
}

Async<std::optional<Answer>> SegmentViewer::fetch(std::string base, std::string reference) {
    auto& report = seat_.report;
    auto target = resolve_target(seat_.server.authority, base, reference);
    if (!target) {
        report.add_error(target.error().context);
        co_return std::nullopt;
    }
    const auto begun = system_clock().monotonic();
    auto answer = co_await connection_.get(*std::move(target));
    ++report.requests;
    playback_.advance(system_clock().monotonic());
    if (!answer) {
        report.add_error(answer.error().context);
        co_return std::nullopt;
    }
    report.bytes += answer->body.size();
    if (answer->status != 200) {
        report.add_error(fmt::format("status {}", answer->status));
        co_return std::nullopt;
    }
    const std::chrono::duration<double> took = system_clock().monotonic() - begun;
    const auto rate = static_cast<double>(answer->body.size()) * 8 / std::max(took.count(), 1e-4);
    constexpr std::size_t telling = 16 * 1024;
    if (answer->body.size() >= telling)
        throughput_ = throughput_ == 0 ? rate : throughput_ + newest_weight * (rate - throughput_);
    co_return std::move(*answer);
}

Async<> SegmentViewer::take_segment(Track& track, const Segment& segment) {
    track.next = segment.number + 1;
    if (segment.gap || !co_await fetch(track.target, segment.uri) || !track.is_timed) co_return;
    playback_.append(system_clock().monotonic(), milliseconds(segment.duration), segment.captured);
    const auto latency = playback_.latency(system_clock().now());
    if (latency) seat_.report.latency_ms.add(static_cast<double>(latency->count()));
    if (reporter_) reporter_->situation = {.throughput_kbps = throughput_ / 1000, .latency = latency};
}

Async<> SegmentViewer::take(Track& track, const MediaPlaylist& playlist, double behind) {
    if (playlist.segments.empty()) co_return;
    if (!track.next) track.next = joining_segment(playlist, behind);
    if (*track.next < playlist.segments.front().number) seat_.report.add_error("fell behind the playlist");
    if (!playlist.map_uri.empty() && track.map != playlist.map_uri) {
        track.map = playlist.map_uri;
        co_await fetch(track.target, playlist.map_uri);
    }
    for (const auto& segment : playlist.segments)
        if (segment.number >= *track.next) co_await take_segment(track, segment);
}

void SegmentViewer::offer(std::vector<Variant> variants, const std::string& named) {
    variants_ = std::move(variants);
    chosen_ = std::min(chosen_, variants_.size() - 1);
    if (!seat_.reports || reporter_) return;
    const auto view = view_in(named);
    if (!view) return seat_.report.add_error("no name to report under");
    reporter_.emplace(seat_, *view, format_, playback_);
    reporter_->show(chosen());
    net::spawn(seat_.executor, "reporter", reporter_->run());
}

bool SegmentViewer::choose() {
    const auto fits = [&](const Variant& variant) {
        return static_cast<double>(variant.bandwidth) <= usable_throughput * throughput_;
    };
    std::size_t best = 0;
    while (best + 1 < variants_.size() && fits(variants_[best + 1]))
        ++best;
    if (throughput_ == 0 || best == chosen_) return false;
    chosen_ = best;
    ++seat_.report.switches;
    if (reporter_) reporter_->show(chosen());
    return true;
}

}  // namespace tally::load
