#include "app/system_news.hpp"

namespace tally::app {
namespace {

// Of a limit, and of the disk that is free: where it is told, and where it is over.
constexpr double near_limit = 0.9;
constexpr double far_from_limit = 0.8;
constexpr double low_disk = 0.10;
constexpr double enough_disk = 0.12;

}  // namespace

std::vector<control::Announcement> SystemNews::look(const health::Host& host, bool store_is_there, Time now) {
    std::vector<control::Announcement> news;
    const auto limit = host.limit.value_or(0);
    if (limit >= near_limit && !limit_told_) {
        news.push_back(announce(
            "system.limit_approaching",
            {{"limit", host.limit_name}, {"share", std::round(limit * 100) / 100}},
            now
        ));
        limit_told_ = true;
    }
    if (limit < far_from_limit) limit_told_ = false;
    if (host.disk_free) disk_is_low_ = *host.disk_free < (disk_is_low_ ? enough_disk : low_disk);
    part_is("disk", !disk_is_low_, now, news);
    part_is("store", store_is_there, now, news);
    return news;
}

void SystemNews::part_is(
    std::string_view part, bool fine, Time now, std::vector<control::Announcement>& news
) {
    const auto found = degraded_.find(part);
    if (!fine && found == degraded_.end()) {
        degraded_.emplace(part, now);
        news.push_back(announce("system.degraded", {{"part", part}}, now));
    }
    if (!fine || found == degraded_.end()) return;
    const auto seconds = std::chrono::duration<double>(now - found->second).count();
    news.push_back(announce("system.recovered", {{"part", part}, {"duration", seconds}}, now));
    degraded_.erase(found);
}

control::Announcement SystemNews::announce(std::string_view type, boost::json::object data, Time at) const {
    data["node"] = node_;
    return {.type = std::string(type), .resource = {"system", "system"}, .data = std::move(data), .at = at};
}

}  // namespace tally::app
