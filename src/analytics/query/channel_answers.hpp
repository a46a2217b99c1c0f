// What is printed about several broadcasts: the ranking, a channel's summary and its comparison.
#pragma once

#include "analytics/query/airing.hpp"

namespace tally::analytics {

struct TopRequest {
    std::optional<ChannelId> channel{};
    std::string metric{};
    std::string window{};
    std::size_t limit = 10;
    std::optional<std::string> after{};  // the broadcast that the page before ended with
    std::function<std::string(const BroadcastId&)> cursor_after{};  // of a page that ends with it
};

std::span<const std::string_view> top_metrics();
json::object top_answer(const TopRequest& request, std::vector<Airing> airings);

struct ChannelRequest {
    ChannelId channel{};
    ChannelWindow window{};
    Time from{};
    Time to{};
    std::chrono::seconds utc_offset{};
    std::string timezone = "UTC";
};

/// `returning`: persistent viewers who came back, over all airings.
json::object channel_answer(
    const ChannelRequest& request, const std::vector<Airing>& airings, std::uint64_t returning
);

}  // namespace tally::analytics
