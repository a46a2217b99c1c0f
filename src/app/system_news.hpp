// What becomes of this server that is worth an event: a limit that is near, and what it can do no longer.
#pragma once

#include "control/event/announcements.hpp"
#include "health/observation.hpp"

#include <map>

namespace tally::app {

class SystemNews {
public:
    /// `node`: this server's name.
    explicit SystemNews(std::string node) : node_(std::move(node)) {}

    std::vector<control::Announcement> look(const health::Host& host, bool store_is_there, Time now);

private:
    control::Announcement announce(std::string_view type, boost::json::object data, Time at) const;
    void part_is(std::string_view part, bool fine, Time now, std::vector<control::Announcement>& news);

    std::string node_;
    bool limit_told_ = false;
    bool disk_is_low_ = false;
    std::map<std::string_view, Time> degraded_;  // parts, and since when
};

}  // namespace tally::app
