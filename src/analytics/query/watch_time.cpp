#include "analytics/query/watch_time.hpp"

#include "analytics/query/retention.hpp"

namespace tally::analytics {

namespace {

struct Range {
    std::int64_t from;
    std::int64_t to;  // 0: without end
    std::string_view label;
};

/// In seconds of watching.
constexpr auto ranges = std::to_array<Range>({
    {0, 60, "0-1m"},
    {60, 300, "1-5m"},
    {300, 900, "5-15m"},
    {900, 1800, "15-30m"},
    {1800, 0, "30m+"},
});

class Distribution {
public:
    void add(const SessionFacts& view) {
        const auto watched = view.counters.play_ms / 1000;
        for (std::size_t i = ranges.size(); i-- > 0;) {
            if (watched < ranges[i].from) continue;
            ++views_[i];
            return;
        }
    }

    json::array rows(std::int64_t all) const {
        json::array out;
        for (std::size_t i = 0; i < ranges.size(); ++i) {
            const auto& range = ranges[i];
            out.push_back({
                {"from", range.from},
                {"to", range.to != 0 ? json::value(range.to) : json::value(nullptr)},
                {"label", range.label},
                {"views", views_[i]},
                {"share", ratio(views_[i], all)},
            });
        }
        return out;
    }

private:
    std::array<std::int64_t, ranges.size()> views_{};
};

}  // namespace

json::object watch_time_answer(FactReader& reader, const Question& question) {
    ViewTotals totals;
    Distribution distribution;
    Retention retention(question);
    const auto columns = question.columns(ViewColumns::watching | ViewColumns::media);
    reader.sessions(question.broadcast.id, columns, [&](const SessionFacts& view) {
        totals.add(view, question);
        if (!question.counts(view) || !view.first_frame) return;
        distribution.add(view);
        retention.add(view);
    });
    const auto& watched = totals.watch_ms;
    auto answer = envelope(question, Evidence(totals), reader.losses(question.broadcast.id));
    answer["views"] = totals.views;
    answer["watchTimeSeconds"] = seconds(totals.counters.play_ms);
    answer["averageWatchTime"] = ratio(seconds(totals.counters.play_ms), totals.views);
    answer["medianWatchTime"] = rounded(watched.at(0.5).value_or(0) / 1000, 3);
    answer["percentiles"] = {
        {"p10", quantile(watched, 0.10, 1000)},
        {"p25", quantile(watched, 0.25, 1000)},
        {"p50", quantile(watched, 0.50, 1000)},
        {"p75", quantile(watched, 0.75, 1000)},
        {"p90", quantile(watched, 0.90, 1000)},
        {"p99", quantile(watched, 0.99, 1000)},
    };
    answer["distribution"] = distribution.rows(totals.views);
    answer["completionRate"] = ratio(totals.completed_views, totals.lasting_views);
    answer["averagePercentViewed"] = ratio(totals.unique_media_ms, totals.available_media_ms);
    const auto buckets = retention.finish();
    answer["retentionIntervalSeconds"] = retention.interval().count();
    answer["retention"] = retention_rows(buckets, question);
    answer["dropOffs"] = drop_offs(buckets, retention.interval(), question);
    return answer;
}

}  // namespace tally::analytics
