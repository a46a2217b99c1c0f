#include "analytics/realtime/realtime_document.hpp"

#include <boost/json.hpp>

#include <cmath>

namespace tally::analytics {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

value or_null(const std::optional<double>& number, double precision) {
    return number ? value(std::round(*number / precision) * precision) : value(nullptr);
}

std::string_view direction(std::int64_t delta) {
    if (delta == 0) return "flat";
    return delta > 0 ? "up" : "down";
}

array countries(const Snapshot& snapshot) {
    std::vector<std::pair<std::string, std::int64_t>> sorted(
        snapshot.sample.by_country.begin(), snapshot.sample.by_country.end()
    );
    std::ranges::sort(sorted, [](const auto& left, const auto& right) {
        return left.second != right.second ? left.second > right.second : left.first < right.first;
    });
    array list;
    for (const auto& [country, viewers] : sorted)
        list.push_back(object{{"country", country}, {"viewers", viewers}});
    return list;
}

object trend(const Snapshot& snapshot) {
    return {
        {"delta1m", snapshot.delta_1m},
        {"delta5m", snapshot.delta_5m},
        {"direction", direction(snapshot.delta_1m)},
    };
}

object states(const AudienceFigures& figures) {
    return {
        {"playing", figures.playing},
        {"rebuffering", figures.rebuffering},
        {"paused", figures.paused},
        {"starting", figures.starting},
    };
}

object series(const Snapshot& snapshot, std::chrono::seconds window) {
    array points;
    for (const auto& point : snapshot.series)
        if (point.time >= snapshot.time - window)
            points.push_back(object{{"t", to_rfc3339(point.time)}, {"viewers", point.viewers}});
    return {{"intervalSeconds", series_interval.count()}, {"points", std::move(points)}};
}

template <class Counts, class Name>
object named(const Counts& counts, Name name) {
    object out;
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] > 0) out.emplace(name(i), counts[i]);
    return out;
}

double ratio(std::int64_t part, std::int64_t whole) {
    return whole > 0 ? std::round(1e4 * static_cast<double>(part) / static_cast<double>(whole)) / 1e4 : 0;
}

std::string_view data_state(const Snapshot& snapshot) {
    return snapshot.on_air ? "live" : "settling";
}

}  // namespace

object realtime_document(const Snapshot& snapshot, std::chrono::seconds window, Time now) {
    const auto& sample = snapshot.sample;
    const auto& figures = sample.figures;
    const auto all_views = std::max({figures.total_views, figures.beaconed_views, figures.edge_views});
    const auto& losses = sample.broadcast->losses;
    return {
        {"broadcastId", sample.broadcast->id.text()},
        {"channelId", sample.broadcast->channel.text()},
        {"asOf", to_rfc3339(snapshot.time)},
        {"dataAgeMs", std::max<std::int64_t>((now - snapshot.time).count(), 0)},
        {"dataState", data_state(snapshot)},
        {"final", false},
        {"currentViewers", figures.viewers},
        {"currentViews", figures.views},
        {"peakViewers", snapshot.peak_viewers},
        {"peakAt", snapshot.peak_at ? value(to_rfc3339(*snapshot.peak_at)) : value(nullptr)},
        {"averageViewers", std::round(snapshot.average_viewers * 100) / 100},
        {"uniqueViewers", figures.unique_viewers},
        {"uniqueViewersError", figures.unique_error},
        {"totalViews", figures.total_views},
        {"joinsPerMinute", snapshot.joins_per_minute},
        {"leavesPerMinute", snapshot.leaves_per_minute},
        {"trend", trend(snapshot)},
        {"states", states(figures)},
        {"bufferingRate", or_null(snapshot.buffering_rate, 1e-4)},
        {"averageBitrate", or_null(snapshot.average_bitrate, 1)},
        {"latencyP50", or_null(sample.latencies.median(), 0.01)},
        {"byProtocol",
         named(sample.by_protocol, [](std::size_t i) { return name_of(static_cast<Protocol>(i)); })},
        {"byDevice",
         named(sample.by_device, [](std::size_t i) { return name_of(static_cast<DeviceType>(i)); })},
        {"byCountry", countries(snapshot)},
        {"series", series(snapshot, window)},
        {"coverage",
         object{
             {"edge", 1.0},
             {"beacon", ratio(std::min(figures.beaconed_views, all_views), all_views)},
             {"shedReports", losses.shed.load()},
         }},
        {"filtered", object{{"suspectViewers", figures.suspects}, {"invalidViews", figures.invalid_views}}},
        {"method",
         object{{"concurrency", "leases"}, {"uniques", figures.unique_error > 0 ? "hll-p14" : "exact"}}},
    };
}

object no_audience_document(const BroadcastId& broadcast, bool over, Time now) {
    Snapshot nobody;
    nobody.time = now;
    nobody.sample.broadcast = std::make_shared<BroadcastEntry>(broadcast, ChannelId(), now);
    auto document = realtime_document(nobody, {}, now);
    document.erase("channelId");
    document["dataState"] = over ? "final" : "no_data";
    document["final"] = over;
    return document;
}

std::int64_t public_count(std::int64_t viewers) {
    std::int64_t unit = 1;
    while (viewers / unit >= 100)
        unit *= 10;
    return (viewers + unit / 2) / unit * unit;
}

}  // namespace tally::analytics
