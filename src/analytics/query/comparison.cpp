#include "analytics/query/comparison.hpp"

#include "analytics/query/audience.hpp"
#include "analytics/sketch/statistics.hpp"

namespace tally::analytics {

namespace {

constexpr double significant_p = 0.05;

struct Metric {
    std::string_view name;    // in the answer
    std::string_view figure;  // of each broadcast
};

/// Each is the average per broadcast.
constexpr auto compared = std::to_array<Metric>({
    {"averagePeakViewers", "peakViewers"},
    {"averageViewers", "averageViewers"},
    {"averageUniqueViewers", "uniqueViewers"},
    {"averageTotalViews", "totalViews"},
    {"averageWatchTime", "averageWatchTime"},
    {"averageWatchTimeSeconds", "watchTimeSeconds"},
    {"completionRate", "completionRate"},
    {"engagementRate", "engagementRate"},
    {"bufferingRate", "bufferingRate"},
    {"playbackFailureRate", "playbackFailureRate"},
    {"viewerExperienceScore", "viewerExperienceScore"},
    {"averageDuration", "duration"},
});

using Airings = std::vector<const Airing*>;

Airings to_sum(const std::vector<Airing>& airings, const CompareRequest& request) {
    Airings chosen;
    for (const auto& airing : airings)
        if (!airing.running || !request.at_equal_elapsed) chosen.push_back(&airing);
    return chosen;
}

std::vector<double> values_of(const Airings& airings, std::string_view figure) {
    std::vector<double> values;
    for (const auto* airing : airings)
        values.push_back(airing->figure(figure));
    return values;
}

double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const auto value : values)
        sum += value;
    return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

double typical(const Airings& airings, std::string_view figure, bool by_median) {
    const auto values = values_of(airings, figure);
    return by_median ? median(values).value_or(0) : mean(values);
}

json::object side_of(const Airings& airings, bool by_median) {
    json::object side{{"broadcasts", airings.size()}, {"from", nullptr}, {"to", nullptr}};
    if (!airings.empty()) {
        side["from"] = to_rfc3339(airings.back()->info.begin());
        side["to"] = to_rfc3339(airings.front()->info.ended.value_or(airings.front()->info.begin()));
    }
    DistinctCount viewers;
    for (const auto* airing : airings)
        viewers.merge(airing->summary.sketches.viewers);
    side["uniqueViewers"] = viewers.count();
    for (const auto& metric : compared)
        side[metric.name] = rounded(typical(airings, metric.figure, by_median));
    return side;
}

std::string_view direction(double delta) {
    if (delta == 0) return "flat";
    return delta > 0 ? "up" : "down";
}

json::object change_of(double current, double previous, std::optional<double> p) {
    const double delta = rounded(current - previous);
    return {
        {"current", rounded(current)},
        {"previous", rounded(previous)},
        {"delta", delta},
        {"deltaPercent", average(100 * delta, previous, 2)},
        {"direction", direction(delta)},
        {"significant", p ? json::value(*p < significant_p) : json::value(nullptr)},
        {"pValue", p ? json::value(rounded(*p, 4)) : json::value(nullptr)},
    };
}

json::object changes(const Airings& current, const Airings& previous, bool by_median) {
    json::object out;
    for (const auto& metric : compared) {
        out[metric.name] = change_of(
            typical(current, metric.figure, false),
            typical(previous, metric.figure, by_median),
            mann_whitney(values_of(current, metric.figure), values_of(previous, metric.figure))
        );
    }
    return out;
}

double peak_within(FactReader& reader, const BroadcastInfo& info, Milliseconds elapsed) {
    std::int64_t peak = 0;
    for (const auto& row : reader.audience(info.id))
        if (row.time < info.begin() + elapsed) peak = std::max(peak, row.max_viewers);
    return static_cast<double>(peak);
}

/// Peaks of the others: of those that ran as long as this one has run by now, when it still runs.
std::vector<double> comparable_peaks(
    FactReader& reader, const Airing& airing, const Airings& others, const CompareRequest& request
) {
    std::vector<double> peaks;
    for (const auto* other : others) {
        if (other->info.id == airing.info.id) continue;
        peaks.push_back(
            airing.running && request.at_equal_elapsed
                ? peak_within(reader, other->info, request.now - airing.info.begin())
                : other->figure("peakViewers")
        );
    }
    return peaks;
}

json::object row_of(
    FactReader& reader, const Airing& airing, const Airings& others, const CompareRequest& request
) {
    const auto peaks = comparable_peaks(reader, airing, others, request);
    const double peak = airing.figure("peakViewers");
    const auto z = robust_z(peak, peaks);
    const double usual = median(peaks).value_or(0);
    json::object row{
        {"broadcastId", airing.info.id.text()},
        {"title", airing.info.title},
        {"startedAt", to_rfc3339(airing.info.begin())},
        {"duration", rounded(airing.live_seconds, 3)},
        {"inProgress", airing.running},
        {"robustZ", z ? json::value(rounded(*z, 2)) : json::value(nullptr)},
        {"vsMedianPercent", average(100 * (peak - usual), usual, 2)},
    };
    for (const auto name :
         {"peakViewers",
          "averageViewers",
          "uniqueViewers",
          "averageWatchTime",
          "engagementRate",
          "bufferingRate",
          "viewerExperienceScore"})
        row[name] = airing.summary.figures().at(name);
    return row;
}

}  // namespace

json::object compare_answer(
    FactReader& reader,
    const CompareRequest& request,
    const std::vector<Airing>& current,
    const std::vector<Airing>& previous
) {
    const bool by_median = request.baseline == "median";
    const auto now = to_sum(current, request);
    const auto before = to_sum(previous, request);
    Airings others = now;
    others.insert(others.end(), before.begin(), before.end());
    json::array rows;
    for (const auto& airing : current)
        rows.push_back(row_of(reader, airing, others, request));
    return {
        {"channelId", request.channel.text()},
        {"window", request.window},
        {"baseline", request.baseline},
        {"align", request.at_equal_elapsed ? "elapsed" : "calendar"},
        {"asOf", to_rfc3339(request.now)},
        {"current", side_of(now, false)},
        {"previous", side_of(before, by_median)},
        {"changes", changes(now, before, by_median)},
        {"broadcasts", std::move(rows)},
    };
}

}  // namespace tally::analytics
