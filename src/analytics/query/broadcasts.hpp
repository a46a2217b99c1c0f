// What queries need to know about channels and broadcasts; the control plane knows it.
#pragma once

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/task.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tally::analytics {

/// What was wrong with the stream, and when.
struct AlertTime {
    std::string id{};
    Time from{};
    Time to{};  // now, when it goes on
};

struct BroadcastInfo {
    BroadcastId id{};
    ChannelId channel{};
    std::string title{};
    std::string status{};  // "scheduled", "live", "completed", ...
    Time created{};
    std::optional<Time> started{};
    std::optional<Time> ended{};
    std::vector<AlertTime> alerts{};  // where one broadcast alone is asked for

    Time begin() const { return started.value_or(created); }

    /// Where it is now, or was last.
    Time end(Time now) const { return std::max(begin(), ended.value_or(started ? now : created)); }
};

/// Errc::io while the control plane's store is away.
class Broadcasts {
public:
    virtual ~Broadcasts() = default;

    virtual Task<std::optional<BroadcastInfo>> find(BroadcastId id) = 0;
    /// By id, slug or old slug.
    virtual Task<std::optional<ChannelId>> find_channel(std::string name) = 0;
    /// Those that went live in [from, to), newest first; of every channel when none is given.
    virtual Task<std::vector<BroadcastInfo>> started_in(
        std::optional<ChannelId> channel, Time from, Time to, std::size_t limit
    ) = 0;
};

}  // namespace tally::analytics
