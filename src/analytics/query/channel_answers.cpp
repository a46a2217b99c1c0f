#include "analytics/query/channel_answers.hpp"

#include "analytics/sketch/statistics.hpp"

#include <ranges>

namespace tally::analytics {

namespace {

constexpr std::size_t most_start_times = 10;
constexpr auto ranked = std::to_array<std::string_view>({
    "peakViewers",
    "watchTime",
    "uniqueViewers",
    "averageViewers",
    "engagementRate",
    "viewerExperienceScore",
});
constexpr auto ranked_figures = std::to_array<std::string_view>({
    "peakViewers",
    "averageViewers",
    "uniqueViewers",
    "totalViews",
    "watchTimeSeconds",
    "averageWatchTime",
    "engagementRate",
    "viewerExperienceScore",
});
constexpr auto weekdays = std::to_array<std::string_view>({
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
});

std::string_view figure_of(std::string_view metric) {
    return metric == "watchTime" ? "watchTimeSeconds" : metric;
}

json::value printed_figure(const Airing& airing, std::string_view name) {
    const auto* value = airing.summary.figures().if_contains(name);
    return value ? *value : json::value(nullptr);
}

double sum_of(const std::vector<Airing>& airings, std::string_view name) {
    double sum = 0;
    for (const auto& airing : airings)
        sum += airing.figure(name);
    return sum;
}

/// Of figures that are rates of something: weighed by it.
json::value weighed(const std::vector<Airing>& airings, std::string_view rate, std::string_view weight) {
    double sum = 0;
    double weights = 0;
    for (const auto& airing : airings) {
        if (printed_figure(airing, rate).is_null()) continue;
        sum += airing.figure(rate) * airing.figure(weight);
        weights += airing.figure(weight);
    }
    return average(sum, weights, 6);
}

json::object averages(const std::vector<Airing>& airings) {
    json::object out;
    for (const auto name :
         {"peakViewers", "averageViewers", "averageWatchTime", "engagementRate", "duration"})
        out[name] = ratio(sum_of(airings, name), airings.size());
    return out;
}

json::value highest_peak(const std::vector<Airing>& airings) {
    const auto* highest = &airings.front();
    for (const auto& airing : airings)
        if (airing.figure("peakViewers") > highest->figure("peakViewers")) highest = &airing;
    return {
        {"value", printed_figure(*highest, "peakViewers")},
        {"broadcastId", highest->info.id.text()},
        {"at", printed_figure(*highest, "peakAt")},
    };
}

json::object trend(const std::vector<Airing>& airings, std::chrono::seconds offset) {
    struct Day {
        DistinctCount viewers{};
        double watch_seconds = 0;
        double peak = 0;
    };

    std::map<Time, Day> days;
    for (const auto& airing : airings) {
        const auto local = std::chrono::floor<std::chrono::days>(airing.info.begin() + offset);
        auto& day = days[local - offset];
        day.viewers.merge(airing.summary.sketches.viewers);
        day.watch_seconds += airing.figure("watchTimeSeconds");
        day.peak = std::max(day.peak, airing.figure("peakViewers"));
    }
    json::array points;
    for (const auto& [time, day] : days) {
        points.push_back({
            {"t", to_rfc3339(time)},
            {"uniqueViewers", day.viewers.count()},
            {"watchTimeSeconds", rounded(day.watch_seconds, 3)},
            {"peakViewers", day.peak},
        });
    }
    return {{"interval", "1d"}, {"points", std::move(points)}};
}

json::array start_times(const std::vector<Airing>& airings, const ChannelRequest& request) {
    std::map<std::pair<unsigned, std::int64_t>, std::vector<double>> peaks;  // by weekday and hour
    for (const auto& airing : airings) {
        const auto local = airing.info.begin() + request.utc_offset;
        const auto day = std::chrono::floor<std::chrono::days>(local);
        const auto hour = std::chrono::floor<std::chrono::hours>(local - day).count();
        peaks[{std::chrono::weekday(day).c_encoding(), hour}].push_back(airing.figure("peakViewers"));
    }
    std::vector<std::pair<double, json::object>> order;
    for (const auto& [when, values] : peaks) {
        const double usual = median(values).value_or(0);
        order.emplace_back(
            usual,
            json::object{
                {"weekday", weekdays.at(when.first)},
                {"hour", when.second},
                {"timezone", request.timezone},
                {"medianPeakViewers", usual},
                {"n", values.size()},
            }
        );
    }
    std::ranges::sort(order, std::greater(), [](const auto& each) { return each.first; });
    json::array out;
    for (auto& [usual, row] : order | std::views::take(most_start_times))
        out.push_back(std::move(row));
    return out;
}

}  // namespace

std::span<const std::string_view> top_metrics() {
    return ranked;
}

json::object top_answer(const TopRequest& request, std::vector<Airing> airings) {
    const auto figure = figure_of(request.metric);
    std::ranges::sort(airings, [&](const Airing& left, const Airing& right) {
        return std::pair(left.figure(figure), left.info.begin()) >
               std::pair(right.figure(figure), right.info.begin());
    });
    auto first = airings.begin();
    if (request.after) {
        first = std::ranges::find(airings, *request.after, [](const Airing& each) {
            return each.info.id.text();
        });
        if (first != airings.end()) ++first;
    }
    const auto rank = first - airings.begin();
    const std::ranges::subrange rest(first, airings.end());
    json::array items;
    for (const auto& airing : rest | std::views::take(request.limit)) {
        json::object item{
            {"rank", rank + std::ssize(items) + 1},
            {"broadcastId", airing.info.id.text()},
            {"channelId", airing.info.channel.text()},
            {"title", airing.info.title},
            {"startedAt", to_rfc3339(airing.info.begin())},
            {"duration", rounded(airing.live_seconds, 3)},
            {"metric", request.metric},
            {"value", printed_figure(airing, figure)},
            {"thumbnailUrl", fmt::format("/thumbnails/{}.jpg", airing.info.channel.text())},
        };
        for (const auto name : ranked_figures)
            item[name] = printed_figure(airing, name);
        items.push_back(std::move(item));
    }
    const auto page = static_cast<std::ptrdiff_t>(request.limit);
    const bool more = std::ssize(rest) > page;
    return {
        {"channelId", request.channel ? json::value(request.channel->text()) : json::value(nullptr)},
        {"metric", request.metric},
        {"window", request.window},
        {"items", std::move(items)},
        {"nextCursor",
         more ? json::value(request.cursor_after(first[page - 1].info.id)) : json::value(nullptr)},
        {"hasMore", more},
    };
}

json::object channel_answer(
    const ChannelRequest& request, const std::vector<Airing>& airings, std::uint64_t returning
) {
    Sketches all;
    for (const auto& airing : airings)
        all.merge(airing.summary.sketches);
    const auto uniques = all.viewers.count();
    return {
        {"channelId", request.channel.text()},
        {"window", request.window.text},
        {"from", to_rfc3339(request.from)},
        {"to", to_rfc3339(request.to)},
        {"asOf", to_rfc3339(request.to)},
        {"dataState", uniques > 0 ? "settling" : "no_data"},
        {"broadcasts", airings.size()},
        {"liveSeconds", rounded(sum_of(airings, "duration"), 3)},
        {"totals",
         {{"uniqueViewers", uniques},
          {"totalViews", sum_of(airings, "totalViews")},
          {"watchTimeSeconds", rounded(sum_of(airings, "watchTimeSeconds"), 3)},
          {"interactions", sum_of(airings, "interactions")}}},
        {"averages", averages(airings)},
        {"peakViewers", airings.empty() ? json::value(nullptr) : highest_peak(airings)},
        {"uniqueViewers", uniques},
        {"returningViewerRate", ratio(returning, uniques)},
        {"quality",
         {{"viewerExperienceScore", weighed(airings, "viewerExperienceScore", "totalViews")},
          {"bufferingRate", weighed(airings, "bufferingRate", "watchTimeSeconds")},
          {"startupP95", quantile(all.startup_ms, 0.95, 1, 0)},
          {"playbackFailureRate", weighed(airings, "playbackFailureRate", "attempts")}}},
        {"trend", trend(airings, request.utc_offset)},
        {"bestTimeToStart", start_times(airings, request)},
        {"method",
         {{"uniques", all.viewers.exact() ? "exact" : "hll-p14"},
          {"uniquesRse", all.viewers.error()},
          {"quantiles", "ddsketch-0.01"}}},
    };
}

}  // namespace tally::analytics
