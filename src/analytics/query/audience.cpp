#include "analytics/query/audience.hpp"

#include "analytics/query/figures.hpp"
#include "analytics/query/view_totals.hpp"

namespace tally::analytics {

void AudienceSource::add(const SessionFacts& view) {
    if (!rebuilds() || !view.first_frame || !question_.counts(view)) return;
    const auto left = end_of(view, question_.now);
    concurrency_.add(viewer_of(view), *view.first_frame, left);
    turns_.emplace_back(*view.first_frame, true);
    if (view.ended) turns_.emplace_back(left, false);
}

std::vector<AudienceFacts> AudienceSource::rows(FactReader& reader) {
    if (rebuilds()) return rebuilt();
    auto rows = reader.audience(question_.broadcast.id);
    std::erase_if(rows, [&](const AudienceFacts& row) {
        return row.time + Milliseconds(1000 * std::max<std::int64_t>(row.seconds, 10)) <= question_.from() ||
               row.time >= question_.to();
    });
    return rows;
}

std::vector<AudienceFacts> AudienceSource::rebuilt() {
    const Time from = std::chrono::floor<std::chrono::seconds>(question_.from());
    const auto seconds = concurrency_.curve(from, question_.to());
    std::map<Time, AudienceFacts> rows;
    const auto row_at = [&](Time time) -> AudienceFacts& {
        const Time start(time.time_since_epoch() / audience_bucket * audience_bucket);
        auto& row = rows[start];
        row.time = start;
        return row;
    };
    for (std::size_t i = 0; i < seconds.size(); ++i) {
        const auto time = from + std::chrono::seconds(i);
        auto& row = row_at(time);
        const auto viewers = std::int64_t{seconds[i]};
        row.min_viewers = row.seconds == 0 ? viewers : std::min(row.min_viewers, viewers);
        if (row.seconds == 0 || viewers > row.max_viewers) {
            row.max_viewers = viewers;
            row.max_at = time;
        }
        ++row.seconds;
        row.viewer_seconds += viewers;
    }
    for (const auto& [time, came] : turns_) {
        if (time < from || time >= question_.to()) continue;
        auto& row = row_at(time);
        ++(came ? row.joins : row.leaves);
    }
    std::vector<AudienceFacts> out;
    out.reserve(rows.size());
    for (auto& [time, row] : rows)
        out.push_back(std::move(row));
    return out;
}

void AudienceTotals::add(const AudienceFacts& row) {
    if (row.max_viewers > peak) {
        peak = row.max_viewers;
        peak_at = row.max_at;
    }
    viewer_seconds += row.viewer_seconds;
    seconds += row.seconds;
    joins += row.joins;
    leaves += row.leaves;
}

double AudienceTotals::average() const {
    return seconds == 0 ? 0 : rounded(static_cast<double>(viewer_seconds) / static_cast<double>(seconds), 2);
}

AudienceTotals totals_of(const std::vector<AudienceFacts>& rows) {
    AudienceTotals totals;
    for (const auto& row : rows)
        totals.add(row);
    return totals;
}

}  // namespace tally::analytics
