#include "health/stats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tally::health {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_points = 11'000;

json::value rounded(const Figure& value) {
    return value ? json::value(std::round(*value * 1000) / 1000) : json::value(nullptr);
}

std::string interval_text(std::chrono::seconds interval) {
    return interval < 60s ? fmt::format("{}s", interval.count()) : fmt::format("{}m", interval.count() / 60);
}

/// The next of 1 s, 10 s, 1 min and whole minutes that is neither finer than what is kept nor too many.
std::chrono::seconds interval_of(const StatsRequest& request, const std::vector<Minute>& minutes) {
    const auto span = std::chrono::ceil<std::chrono::seconds>(request.to - request.from);
    auto interval = request.interval;
    if (interval == 0s) interval = span <= 6h ? 10s : 60s;
    if (request.interval == 0s && span <= 5min) interval = 1s;
    for (const auto& minute : minutes)
        if (minute.start > request.from - 1min && minute.start <= request.to)
            interval = std::max(interval, std::chrono::seconds(minute.step));
    const auto fewest = std::chrono::seconds(span.count() / static_cast<std::int64_t>(most_points));
    if (interval < fewest) interval = std::chrono::ceil<std::chrono::minutes>(fewest);
    return interval;
}

/// The values of one metric, as they are kept.
struct Series {
    std::vector<double> values;

    json::value average() const {
        if (values.empty()) return nullptr;
        double sum = 0;
        for (const auto value : values)
            sum += value;
        return rounded(sum / static_cast<double>(values.size()));
    }

    json::value deviation() const {
        if (values.empty()) return nullptr;
        double sum = 0;
        double squares = 0;
        for (const auto value : values) {
            sum += value;
            squares += value * value;
        }
        const auto count = static_cast<double>(values.size());
        return rounded(std::sqrt(std::max(squares / count - sum / count * (sum / count), 0.0)));
    }

    json::value total() const {
        double sum = 0;
        for (const auto value : values)
            sum += value;
        return rounded(sum);
    }

    /// `share` of the values are at most this; `values` are sorted.
    json::value percentile(double share) const {
        if (values.empty()) return nullptr;
        const auto last = static_cast<double>(values.size() - 1);
        return rounded(values[static_cast<std::size_t>(std::lround(share * last))]);
    }
};

Series series_of(Metric metric, const StatsRequest& request, const std::vector<Minute>& minutes) {
    Series series;
    for (const auto& minute : minutes)
        for (const auto& point : minute.points)
            if (point.at >= request.from && point.at <= request.to && point[metric])
                series.values.push_back(*point[metric]);
    std::ranges::sort(series.values);
    return series;
}

json::object dropped_summary(const StatsRequest& request, const std::vector<Minute>& minutes) {
    double total = 0;
    double frames = 0;
    double worst = 0;
    for (const auto& minute : minutes) {
        double dropped = 0;
        for (const auto& point : minute.points) {
            if (point.at < request.from || point.at > request.to) continue;
            dropped += point[Metric::dropped_frames].value_or(0);
            frames += point[Metric::fps].value_or(0) * static_cast<double>(minute.step);
        }
        total += dropped;
        worst = std::max(worst, dropped);
    }
    // The frame rate is of media time: frames that are missing were not counted in it.
    const auto ratio = frames + total > 0 ? total / (frames + total) : 0;
    return {{"total", total}, {"ratio", std::round(ratio * 1e6) / 1e6}, {"maxPerMinute", worst}};
}

struct Happenings {
    json::array events;
    std::int64_t reconnects = 0;
    std::int64_t bitrate_drops = 0;
    double downtime = 0;

    void add(const Event& event) {
        events.push_back(json::encode(event));
        if (event.type == "reconnect") {
            ++reconnects;
            const auto* gap = event.detail.if_contains("gapSeconds");
            if (gap && gap->is_number()) downtime += gap->to_number<double>();
        }
        const auto* code = event.detail.if_contains("code");
        if (event.type == "alert" && code != nullptr && *code == "bitrate_drop") ++bitrate_drops;
    }
};

Happenings happenings_of(const StatsRequest& request, const std::vector<Minute>& minutes) {
    Happenings found;
    for (const auto& minute : minutes)
        for (const auto& event : minute.events)
            if (event.t >= request.from && event.t <= request.to) found.add(event);
    return found;
}

json::object summary_of(
    const StatsRequest& request, const std::vector<Minute>& minutes, const Happenings& happenings
) {
    const auto bitrate = series_of(Metric::bitrate, request, minutes);
    const auto fps = series_of(Metric::fps, request, minutes);
    const auto latency = series_of(Metric::latency, request, minutes);
    const auto jitter = series_of(Metric::jitter, request, minutes);
    return {
        {"bitrate",
         json::object{
             {"avg", bitrate.average()},
             {"min", bitrate.percentile(0)},
             {"max", bitrate.percentile(1)},
             {"p5", bitrate.percentile(0.05)},
             {"stdDev", bitrate.deviation()},
         }},
        {"fps", json::object{{"avg", fps.average()}, {"min", fps.percentile(0)}}},
        {"droppedFrames", dropped_summary(request, minutes)},
        {"latency", json::object{{"p50", latency.percentile(0.5)}, {"p95", latency.percentile(0.95)}}},
        {"jitter", json::object{{"avg", jitter.average()}, {"max", jitter.percentile(1)}}},
        {"reconnects", happenings.reconnects},
        {"downtimeSeconds", std::round(happenings.downtime * 1000) / 1000},
        {"bitrateDrops", happenings.bitrate_drops},
    };
}

/// The indices of Metric that are asked for.
std::vector<std::size_t> wanted(const StatsRequest& request) {
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < metric_count; ++i)
        if (request.metrics.empty() ||
            std::ranges::find(request.metrics, metric_names[i]) != request.metrics.end())
            indices.push_back(i);
    return indices;
}

json::array points_of(
    const StatsRequest& request, const std::vector<Minute>& minutes, std::chrono::seconds interval
) {
    std::vector<const Point*> kept;
    for (const auto& minute : minutes)
        for (const auto& point : minute.points)
            kept.push_back(&point);
    const auto metrics = wanted(request);
    const auto first = std::chrono::floor<std::chrono::seconds>(request.from).time_since_epoch() / interval;
    json::array points;
    auto next = kept.begin();
    for (auto start = Time(first * interval); start < request.to; start += interval) {
        Mean mean;
        for (; next != kept.end() && (*next)->at < start + interval; ++next)
            if ((*next)->at >= start) mean.add(**next);
        const auto point = mean.take(start);
        json::object row{{"t", to_rfc3339(start)}};
        for (const auto metric : metrics)
            row.emplace(metric_names[metric], rounded(point.values[metric]));
        points.push_back(std::move(row));
    }
    return points;
}

}  // namespace

json::object stats_document(const StatsRequest& request, const std::vector<Minute>& minutes) {
    const auto interval = interval_of(request, minutes);
    auto happenings = happenings_of(request, minutes);
    json::object document{
        {"from", to_rfc3339(request.from)},
        {"to", to_rfc3339(request.to)},
        {"interval", interval_text(interval)},
        {"intervalSeconds", interval.count()},
        {"summary", summary_of(request, minutes, happenings)},
        {"points", points_of(request, minutes, interval)},
    };
    document["events"] = std::move(happenings.events);
    return document;
}

}  // namespace tally::health
