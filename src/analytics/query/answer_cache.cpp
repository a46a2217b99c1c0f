#include "analytics/query/answer_cache.hpp"

#include <algorithm>

namespace tally::analytics {

namespace {

using namespace std::chrono_literals;

constexpr auto fresh = 1s;
constexpr auto fresh_when_settled = 60s;
constexpr auto longest_fresh = 30s;
/// A costly answer is asked for anew when four times its cost has passed: a fifth of a core for each.
constexpr int rest = 4;

}  // namespace

SharedText AnswerCache::find(const std::string& key) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second->fresh_until <= clock_.monotonic()) return nullptr;
    return found->second->text;
}

SharedText AnswerCache::get(const std::string& key, bool settled, const std::function<std::string()>& make) {
    const auto entry = entry_of(key);
    const std::scoped_lock making(entry->making);
    if (auto text = find(key)) return text;
    const auto began = clock_.monotonic();
    auto text = std::make_shared<const std::string>(make());
    const auto cost = clock_.monotonic() - began;
    const Instant::duration lasting = settled
                                          ? Instant::duration(fresh_when_settled)
                                          : std::clamp<Instant::duration>(rest * cost, fresh, longest_fresh);
    const std::scoped_lock lock(mutex_);
    entry->fresh_until = clock_.monotonic() + lasting;
    entry->text = text;
    return text;
}

std::shared_ptr<AnswerCache::Entry> AnswerCache::entry_of(const std::string& key) {
    const std::scoped_lock lock(mutex_);
    if (entries_.size() >= limit && !entries_.contains(key)) {
        std::erase_if(entries_, [now = clock_.monotonic()](const auto& each) {
            return each.second->fresh_until <= now;
        });
        if (entries_.size() >= limit) entries_.clear();
    }
    auto& entry = entries_[key];
    if (!entry) entry = std::make_shared<Entry>();
    return entry;
}

}  // namespace tally::analytics
