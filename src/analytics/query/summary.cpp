#include "analytics/query/summary.hpp"

#include "analytics/query/audience.hpp"
#include "analytics/query/group.hpp"

#include <ranges>

namespace tally::analytics {

namespace {

constexpr std::size_t top_rows = 5;

/// The most frequent values and their share; those below `least` views are left out.
json::array top(
    const std::map<std::string, std::int64_t>& by_name, std::string_view key, std::int64_t least
) {
    std::vector<std::pair<std::int64_t, std::string_view>> order;
    std::int64_t all = 0;
    for (const auto& [name, views] : by_name) {
        all += views;
        if (views >= least && !name.empty()) order.emplace_back(views, name);
    }
    std::ranges::sort(order, std::greater());
    json::array rows;
    for (const auto& [views, name] : order | std::views::take(top_rows))
        rows.push_back({{key, name}, {"share", ratio(views, all)}});
    return rows;
}

struct Engaged {
    DistinctCount viewers{};
    std::int64_t interactions = 0;
};

Engaged engaged_in(FactReader& reader, const Question& question) {
    Engaged engaged;
    reader.engagement(question.broadcast.id, [&](const EngagementEvent& event) {
        if (event.time < question.from() || event.time > question.to()) return;
        ++engaged.interactions;
        engaged.viewers.add(event.viewer != 0 ? event.viewer : event.session);
    });
    return engaged;
}

json::object audience_figures(const AudienceTotals& audience, const ViewTotals& totals, double live_seconds) {
    return {
        {"peakViewers", audience.peak},
        {"peakAt", audience.peak_at ? json::value(to_rfc3339(*audience.peak_at)) : json::value(nullptr)},
        {"averageViewers", audience.average()},
        {"averageViewersByWatchTime",
         rounded(seconds(totals.counters.play_ms) / std::max(live_seconds, 1.0), 2)},
        {"uniqueViewers", totals.viewers.count()},
        {"totalViews", totals.views},
        {"attempts", totals.attempts},
        {"watchTimeSeconds", seconds(totals.counters.play_ms)},
        {"averageWatchTime",
         totals.views > 0 ? rounded(seconds(totals.counters.play_ms) / static_cast<double>(totals.views), 3)
                          : 0},
        {"medianWatchTime", rounded(totals.watch_ms.at(0.5).value_or(0) / 1000, 3)},
        {"completionRate", ratio(totals.completed_views, totals.lasting_views)},
        {"averagePercentViewed", ratio(totals.unique_media_ms, totals.available_media_ms)},
    };
}

void add_experience(json::object& to, const ViewTotals& totals) {
    const auto& sums = totals.counters;
    to["bufferingRate"] = ratio(sums.rebuffer_ms, sums.play_ms + sums.rebuffer_ms);
    to["rebufferCount"] = sums.rebuffers;
    to["rebufferCountPerView"] = ratio(sums.rebuffers, totals.views);
    to["startupTime"] = {
        {"p50", quantile(totals.startup_ms, 0.5, 1, 0)},
        {"p95", quantile(totals.startup_ms, 0.95, 1, 0)},
        {"unit", "ms"}
    };
    to["averageBitrate"] = average(sums.bitrate_kbps_ms, sums.bitrate_ms, 1);
    to["playbackFailureRate"] = ratio(totals.failures, totals.attempts);
    to["exitBeforeVideoStartRate"] = ratio(totals.left_waiting, totals.attempts);
    to["viewerExperienceScore"] = average(totals.scores.total, totals.scores.views, 1);
    to["latency"] = {
        {"p50", quantile(totals.latency_ms, 0.5, 1000)},
        {"p95", quantile(totals.latency_ms, 0.95, 1000)},
        {"unit", "s"}
    };
    to["egressBytes"] = sums.bytes;
}

json::array notes_on(const Question& question, const ViewTotals& totals) {
    json::array notes;
    if (totals.views > 0 && totals.beaconed == 0)
        notes.emplace_back("No player reported: startup, stalls, latency and the score are not known.");
    if (totals.invalid > 0) notes.emplace_back("Views that no viewer watched are left out: see filtered.");
    if (question.broadcast.ended && !question.settled())
        notes.emplace_back("Late reports are still counted, until 15 minutes after the end.");
    return notes;
}

}  // namespace

void Sketches::merge(const Sketches& other) {
    viewers.merge(other.viewers);
    startup_ms.merge(other.startup_ms);
}

Bytes Sketches::write() const {
    ByteWriter to;
    viewers.write(to);
    startup_ms.write(to);
    return to.take();
}

Result<Sketches> Sketches::read(ByteView bytes) {
    ByteReader from(bytes);
    Sketches out;
    TRY(out.viewers, DistinctCount::read(from));
    TRY(out.startup_ms, Quantiles::read(from));
    return out;
}

double Summary::figure(std::string_view name) const {
    const auto* value = figures().if_contains(name);
    return value && value->is_number() ? value->to_number<double>() : 0;
}

Summary summarize(FactReader& reader, const Question& question) {
    Viewing viewing;
    AudienceSource source(question);
    constexpr auto columns =
        ViewColumns::place | ViewColumns::watching | ViewColumns::delivery | ViewColumns::media;
    if (!reader.add_up(question, viewing))
        reader.sessions(question.broadcast.id, columns, [&](const SessionFacts& view) {
            viewing.add(view, question);
            source.add(view);
        });
    auto& totals = viewing.totals;
    const auto audience = totals_of(source.rows(reader));
    const auto engaged = engaged_in(reader, question);

    auto figures = audience_figures(audience, totals, question.live_seconds());
    figures["engagementRate"] = ratio(engaged.viewers.count(), totals.viewers.count());
    figures["interactions"] = engaged.interactions;
    add_experience(figures, totals);

    Summary summary;
    summary.document =
        envelope(question, Evidence(totals), reader.losses(question.broadcast.id), &totals.viewers);
    summary.document["summary"] = std::move(figures);
    summary.document["top"] = {
        {"countries", top(viewing.countries, "country", smallest_cell)},
        {"devices", top(viewing.devices, "type", 1)}
    };
    summary.document["notes"] = notes_on(question, totals);
    summary.sketches = {std::move(totals.viewers), std::move(totals.startup_ms)};
    return summary;
}

}  // namespace tally::analytics
