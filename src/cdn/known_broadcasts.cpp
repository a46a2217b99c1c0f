#include "cdn/known_broadcasts.hpp"

namespace tally::cdn {
namespace {

constexpr std::size_t most_known = 4096;
constexpr std::chrono::seconds fresh{5};

}  // namespace

Task<std::optional<BroadcastFacts>> KnownBroadcasts::find(BroadcastId broadcast) {
    if (auto known = kept(broadcast)) co_return std::move(known->facts);
    CO_TRY(auto facts, co_await catalogue_.find_broadcast(broadcast));
    const std::scoped_lock lock(mutex_);
    if (known_.size() >= most_known && !known_.contains(broadcast)) known_.erase(known_.begin());
    known_.insert_or_assign(broadcast, Known{facts, clock_.monotonic()});
    co_return facts;
}

std::optional<KnownBroadcasts::Known> KnownBroadcasts::kept(const BroadcastId& broadcast) {
    const std::scoped_lock lock(mutex_);
    const auto found = known_.find(broadcast);
    if (found == known_.end() || clock_.monotonic() - found->second.asked >= fresh) return std::nullopt;
    return found->second;
}

}  // namespace tally::cdn
