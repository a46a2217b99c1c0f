#include "rtmp/player_counts.hpp"

namespace tally::rtmp {

PlayerCounts::Count PlayerCounts::of(const StreamId& stream) {
    const std::lock_guard lock(mutex_);
    std::erase_if(counts_, [](const auto& entry) { return entry.second.expired(); });
    auto& known = counts_[stream];
    auto count = known.lock();
    if (!count) known = count = std::make_shared<std::atomic<std::size_t>>(0);
    return count;
}

std::size_t PlayerCounts::players(const StreamId& stream) const {
    const std::lock_guard lock(mutex_);
    const auto known = counts_.find(stream);
    const auto count = known == counts_.end() ? nullptr : known->second.lock();
    return count ? count->load() : 0;
}

}  // namespace tally::rtmp
