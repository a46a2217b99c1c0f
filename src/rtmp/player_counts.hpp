// How many players each stream has, over all threads.
#pragma once

#include "base/id.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace tally::rtmp {

/// From any thread.
class PlayerCounts {
public:
    using Count = std::shared_ptr<std::atomic<std::size_t>>;

    /// The counter that all threads share for this stream; forgotten once nobody holds it.
    Count of(const StreamId& stream);
    std::size_t players(const StreamId& stream) const;

private:
    mutable std::mutex mutex_;
    std::unordered_map<StreamId, std::weak_ptr<std::atomic<std::size_t>>> counts_;
};

}  // namespace tally::rtmp
