#include "analytics/query/view_totals.hpp"

#include "analytics/query/score.hpp"

namespace tally::analytics {

namespace {

constexpr std::int64_t lasting_ms = 10'000;
constexpr std::int64_t completion_percent = 90;

/// `weight` values that average to `sum` / `weight`.
void add_average(Quantiles& to, std::int64_t sum, std::int64_t weight) {
    if (weight > 0)
        to.add(static_cast<double>(sum) / static_cast<double>(weight), static_cast<std::uint64_t>(weight));
}

}  // namespace

std::int64_t unique_media_ms(const SessionFacts& view) {
    if (view.played.empty()) return view.counters.play_ms;
    auto runs = view.played;
    std::ranges::sort(runs, {}, &PlayedRun::from);
    std::int64_t buckets = 0;
    auto covered = runs.front().from;
    for (const auto& run : runs) {
        buckets += std::max<std::int64_t>(0, run.to - std::max(run.from, covered));
        covered = std::max(covered, run.to);
    }
    return std::min(buckets * media_bucket.count(), view.counters.play_ms);
}

void ViewTotals::add(const SessionFacts& view, const Question& question) {
    if (!question.concerns(view) || view.exit == Exit::abandoned) return;
    if (view.validity == Validity::invalid) ++invalid;
    if (view.validity == Validity::suspect) ++suspect;
    if (!question.counts(view)) return;
    ++attempts;
    beaconed += view.beaconed ? 1 : 0;
    edge_observed += view.edge_observed ? 1 : 0;
    failures += view.exit == Exit::fatal ? 1 : 0;
    left_waiting += view.exit == Exit::ebvs ? 1 : 0;
    views_with_errors += view.counters.errors > 0 ? 1 : 0;
    counters += view.counters;
    add_experience(view);
    if (view.first_frame)
        add_media(view, question);
    else
        start_failures += view.exit == Exit::fatal ? 1 : 0;
}

void ViewTotals::add_media(const SessionFacts& view, const Question& question) {
    ++views;
    viewers.add(viewer_of(view));
    if (view.persistent_viewer) persistent_viewers.add(viewer_of(view));
    watch_ms.add(static_cast<double>(view.counters.play_ms));
    views_with_rebuffering += view.counters.rebuffers > 0 ? 1 : 0;
    const auto joined = std::max(*view.first_frame, question.broadcast.begin());
    const auto left = question.broadcast.end(question.now) - joined;
    const auto available = std::max<std::int64_t>(left.count(), 0);
    const auto seen = std::min(analytics::unique_media_ms(view), available);
    unique_media_ms += seen;
    available_media_ms += available;
    if (view.counters.play_ms < lasting_ms) return;
    ++lasting_views;
    completed_views += seen * 100 >= available * completion_percent ? 1 : 0;
}

void ViewTotals::add_experience(const SessionFacts& view) {
    const auto& of = view.counters;
    if (view.startup_ms) startup_ms.add(static_cast<double>(*view.startup_ms));
    add_average(latency_ms, of.latency_ms_sum, of.latency_samples);
    add_average(bitrate_kbps, of.bitrate_kbps_ms, of.bitrate_ms);
    add_average(throughput_kbps, of.throughput_kbps_sum, of.throughput_samples);
    for (const auto duration : view.rebuffer_durations_ms)
        rebuffer_ms.add(static_cast<double>(duration));
    const auto score = score_of(view);
    if (!score) return;
    ++scores.views;
    scores.playback_success += score->playback_success;
    scores.startup += score->startup;
    scores.smoothness += score->smoothness;
    scores.video_quality += score->video_quality;
    scores.total += score->total;
}

void Viewing::add(const SessionFacts& view, const Question& question) {
    totals.add(view, question);
    if (!view.first_frame || !question.counts(view)) return;
    ++countries[view.dimensions.country];
    ++devices[view.dimensions.device];
}

}  // namespace tally::analytics
