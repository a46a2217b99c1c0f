#include "analytics/query/group.hpp"

namespace tally::analytics {

void Group::add(const SessionFacts& view) {
    ++attempts;
    failures += view.exit == Exit::fatal ? 1 : 0;
    play_ms += view.counters.play_ms;
    rebuffer_ms += view.counters.rebuffer_ms;
    bitrate_kbps_ms += view.counters.bitrate_kbps_ms;
    bitrate_ms += view.counters.bitrate_ms;
    if (view.startup_ms) startup_ms.add(static_cast<double>(*view.startup_ms));
    if (!view.first_frame) return;
    ++views;
    viewers.add(viewer_of(view));
}

void Group::print(json::object& to) const {
    to["viewers"] = viewers.count();
    to["views"] = views;
    to["watchTimeSeconds"] = seconds(play_ms);
    to["averageWatchTime"] = ratio(seconds(play_ms), views);
    to["bufferingRate"] = ratio(rebuffer_ms, play_ms + rebuffer_ms);
    to["averageBitrate"] = average(bitrate_kbps_ms, bitrate_ms, 1);
    to["startupP95"] = quantile(startup_ms, 0.95, 1, 0);
    to["failureRate"] = ratio(failures, attempts);
}

std::vector<std::pair<std::string_view, const Group*>> Groups::ordered() const {
    std::vector<std::tuple<std::uint64_t, std::string_view, const Group*>> order;
    order.reserve(groups_.size());
    for (const auto& [name, group] : groups_)
        order.emplace_back(group.viewers.count(), name, &group);
    std::ranges::sort(order, [](const auto& left, const auto& right) {
        return std::pair(std::get<0>(right), std::get<1>(left)) <
               std::pair(std::get<0>(left), std::get<1>(right));
    });
    std::vector<std::pair<std::string_view, const Group*>> out;
    out.reserve(order.size());
    for (const auto& [viewers, name, group] : order)
        out.emplace_back(name, group);
    return out;
}

}  // namespace tally::analytics
