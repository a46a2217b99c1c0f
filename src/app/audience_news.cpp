#include "app/audience_news.hpp"

namespace tally::app {
namespace {

using namespace std::chrono_literals;

constexpr auto between_peaks = 1min;
constexpr std::int64_t first_milestone = 10;

/// The highest of 10, 50, 100, 500, 1000 and so on that is reached; 0 before the first.
std::int64_t milestone_of(std::int64_t viewers) {
    std::int64_t reached = 0;
    for (std::int64_t next = first_milestone, times = 5; next <= viewers; times = 7 - times) {
        reached = next;
        next *= times;
    }
    return reached;
}

/// Numbers of its own: they are no versions of the broadcast.
control::Resource resource_of(const BroadcastId& broadcast, const ChannelId& channel) {
    return {"analytics", "analytics_" + broadcast.text(), channel.text()};
}

control::Announcement announce(
    std::string type, const analytics::Snapshot& snapshot, boost::json::object data
) {
    const auto& broadcast = *snapshot.sample.broadcast;
    data["broadcastId"] = broadcast.id.text();
    data["channelId"] = broadcast.channel.text();
    return {
        .type = std::move(type),
        .resource = resource_of(broadcast.id, broadcast.channel),
        .data = std::move(data),
        .at = snapshot.time,
    };
}

}  // namespace

std::vector<control::Announcement> AudienceNews::look(const analytics::Snapshot& snapshot) {
    const auto& broadcast = *snapshot.sample.broadcast;
    const auto viewers = snapshot.sample.figures.viewers;
    const auto milestone = milestone_of(std::max(viewers, snapshot.peak_viewers));
    const auto [place, first] = told_.try_emplace(broadcast.id);
    auto& told = place->second;
    if (first && broadcast.opened <= started_) {
        told.milestone = milestone;
        told.peak = snapshot.peak_viewers;
    }
    std::vector<control::Announcement> news;
    if (milestone > told.milestone) {
        told.milestone = milestone;
        news.push_back(announce(
            "analytics.viewers_milestone", snapshot, {{"milestone", milestone}, {"currentViewers", viewers}}
        ));
    }
    if (snapshot.peak_viewers > told.peak &&
        (!told.peak_at || snapshot.time - *told.peak_at >= between_peaks)) {
        news.push_back(announce(
            "analytics.peak_updated",
            snapshot,
            {
                {"peakViewers", snapshot.peak_viewers},
                {"peakAt", to_rfc3339(snapshot.peak_at.value_or(snapshot.time))},
                {"previousPeakViewers", told.peak},
            }
        ));
        told.peak = snapshot.peak_viewers;
        told.peak_at = snapshot.time;
    }
    return news;
}

void AudienceNews::keep_only(const analytics::BroadcastTable::Entries& entries) {
    std::erase_if(told_, [&](const auto& each) { return !entries.contains(each.first.text()); });
}

control::Announcement finalized(const analytics::BroadcastInfo& broadcast, Time now) {
    return {
        .type = "analytics.finalized",
        .resource = resource_of(broadcast.id, broadcast.channel),
        .data =
            {
                {"broadcastId", broadcast.id.text()},
                {"channelId", broadcast.channel.text()},
                {"finalizedAt", to_rfc3339(now)},
            },
        .at = now,
    };
}

}  // namespace tally::app
