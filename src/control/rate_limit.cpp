#include "control/rate_limit.hpp"

namespace tally::control {

std::chrono::seconds RateLimit::take(const std::string& client, Instant now) {
    const std::scoped_lock lock(mutex_);
    const auto over = [&](const Usage& usage) { return now - usage.since >= rule_.period; };
    if (usage_.size() >= rule_.clients && !usage_.contains(client)) {
        std::erase_if(usage_, [&](const auto& entry) { return over(entry.second); });
        if (usage_.size() >= rule_.clients) return rule_.period;
    }
    auto& usage = usage_.try_emplace(client, now).first->second;
    if (over(usage)) usage = {now};
    if (usage.uses >= rule_.uses)
        return std::chrono::ceil<std::chrono::seconds>(usage.since + rule_.period - now);
    ++usage.uses;
    return {};
}

std::chrono::seconds RateLimit::wait(const std::string& client, Instant now) {
    const std::scoped_lock lock(mutex_);
    const auto found = usage_.find(client);
    if (found == usage_.end() || found->second.uses < rule_.uses) return {};
    const auto left = found->second.since + rule_.period - now;
    return std::max(std::chrono::ceil<std::chrono::seconds>(left), std::chrono::seconds(0));
}

}  // namespace tally::control
