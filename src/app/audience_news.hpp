// What becomes of audiences that is worth an event: round numbers of viewers, new peaks, final figures.
#pragma once

#include "analytics/query/broadcasts.hpp"
#include "analytics/session/snapshot.hpp"
#include "control/event/announcements.hpp"

#include <map>

namespace tally::app {

/// Looks once a second.
class AudienceNews {
public:
    /// What was on the air before `started` has been told of already.
    explicit AudienceNews(Time started) : started_(started) {}

    std::vector<control::Announcement> look(const analytics::Snapshot& snapshot);
    /// Broadcasts that are long over.
    void keep_only(const analytics::BroadcastTable::Entries& entries);

private:
    struct Told {
        std::int64_t milestone = 0;
        std::int64_t peak = 0;
        std::optional<Time> peak_at{};
    };

    Time started_;
    std::map<BroadcastId, Told> told_;
};

control::Announcement finalized(const analytics::BroadcastInfo& broadcast, Time now);

}  // namespace tally::app
