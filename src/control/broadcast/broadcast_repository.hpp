// Broadcasts in the store.
#pragma once

#include "control/broadcast/broadcast.hpp"
#include "control/page.hpp"

namespace tally::control {

struct BroadcastFilter {
    std::optional<ChannelId> channel{};
    std::optional<BroadcastStatus> status{};
    std::optional<std::string> tag{};
    std::optional<std::string> text{};  // in the title
    std::optional<Time> from{};         // created at or after
    std::optional<Time> to{};           // created before
    std::optional<Time> ended_from{};   // ended at or after
};

enum class BroadcastOrder : std::uint8_t { created, started };

class BroadcastRepository {
public:
    explicit BroadcastRepository(sql::Session& session) : session_(session) {}

    std::optional<Broadcast> find(const BroadcastId& id);
    /// BroadcastOrder::started sorts what has not started by when it was created.
    Page<Broadcast> list(const BroadcastFilter& filter, BroadcastOrder order, const PageRequest& request);

    /// Recorded, and over since `ended_from` or later, but nobody noted the recording's end.
    std::vector<Broadcast> unfinished(Time ended_from);

    void insert(const Broadcast& broadcast);
    void update(const Broadcast& broadcast, Time now);

private:
    sql::Session& session_;
};

}  // namespace tally::control
