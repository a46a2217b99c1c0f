// The broadcasts that have an audience: found by id on every report, from any thread, without a lock.
#pragma once

#include "analytics/recordings.hpp"
#include "base/clock.hpp"
#include "base/id.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace tally::analytics {

/// A broadcast that is or was on the air in this process.
struct BroadcastEntry {
    BroadcastId id;
    ChannelId channel;
    Time opened;
    std::uint64_t salt;                 // a player that stays for the next broadcast is another view there
    std::atomic<Time::rep> closed = 0;  // ms since 1970; 0 while it is on the air
    bool recording;                     // it is there for as long as it is watched
    std::atomic<Time::rep> watched;     // ms since 1970: a recording, last

    // Counted where they happen, on any thread.
    struct Losses {
        std::atomic<std::int64_t> beacons = 0;
        std::atomic<std::int64_t> shed = 0;
        std::atomic<std::int64_t> duplicates = 0;
        std::atomic<std::int64_t> rejected = 0;
        std::atomic<std::int64_t> rate_limited = 0;
        std::atomic<std::int64_t> late = 0;
        std::atomic<std::int64_t> engagement_limited = 0;
        std::atomic<std::int64_t> engagement_duplicates = 0;
    };

    mutable Losses losses;

    BroadcastEntry(BroadcastId broadcast, ChannelId of, Time at)
        : id(std::move(broadcast)),
          channel(std::move(of)),
          opened(at),
          salt(std::hash<std::string>{}(id.text())),
          recording(is_recording(id)),
          watched(at.time_since_epoch().count()) {}

    /// When it ended, or a recording was seen last; 0 on the air.
    Time::rep over() const { return recording ? watched.load() : closed.load(); }
};

using BroadcastPtr = std::shared_ptr<BroadcastEntry>;

class BroadcastTable {
public:
    using Entries = std::unordered_map<std::string, BroadcastPtr>;

    /// The entry that is there already, or a new one.
    BroadcastPtr open(const BroadcastId& broadcast, const ChannelId& channel, Time now) {
        const std::scoped_lock lock(changing_);
        auto next = std::make_shared<Entries>(*entries_.load());
        auto& entry = (*next)[broadcast.text()];
        if (!entry) entry = std::make_shared<BroadcastEntry>(broadcast, channel, now);
        entry->closed = 0;
        auto result = entry;
        entries_.store(std::move(next));
        return result;
    }

    void remove(const BroadcastId& broadcast) {
        const std::scoped_lock lock(changing_);
        auto next = std::make_shared<Entries>(*entries_.load());
        next->erase(broadcast.text());
        entries_.store(std::move(next));
    }

    BroadcastPtr find(std::string_view broadcast) const {
        const auto entries = entries_.load();
        const auto found = entries->find(std::string(broadcast));
        return found == entries->end() ? nullptr : found->second;
    }

    std::shared_ptr<const Entries> all() const { return entries_.load(); }

private:
    std::mutex changing_;
    std::atomic<std::shared_ptr<const Entries>> entries_ = std::make_shared<const Entries>();
};

}  // namespace tally::analytics
