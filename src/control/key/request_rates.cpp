#include "control/key/request_rates.hpp"

#include <fmt/format.h>

namespace tally::control {
namespace {

constexpr std::size_t most_buckets = 8192;

}  // namespace

RequestRates::Taken RequestRates::take(const std::string& key, bool writes, Instant now) {
    const std::string_view policy = writes ? "writes" : "reads";
    const auto size = writes ? rule_.writes : rule_.reads;
    Taken taken;
    unsigned left = 0;
    {
        const std::scoped_lock lock(mutex_);
        auto& own = bucket(fmt::format("{} {}", key, policy), size, now);
        taken.allowed = own.left >= 1;
        if (taken.allowed) own.left -= 1;
        left = static_cast<unsigned>(own.left);
    }
    // draft-ietf-httpapi-ratelimit-headers-10: quota per window, what is left of it, seconds until it is
    // full.
    taken.headers.add("RateLimit-Policy", fmt::format("\"{}\";q={};w=1", policy, size));
    taken.headers.add("RateLimit", fmt::format("\"{}\";r={};t=1", policy, left));
    return taken;
}

/// A full bucket is as good as none: these make room.
RequestRates::Bucket& RequestRates::bucket(const std::string& name, double size, Instant now) {
    if (buckets_.size() >= most_buckets && !buckets_.contains(name))
        std::erase_if(buckets_, [&](const auto& entry) {
            return now - entry.second.filled >= std::chrono::seconds(1);
        });
    auto& bucket = buckets_.try_emplace(name, Bucket{size, now}).first->second;
    const std::chrono::duration<double> passed = now - bucket.filled;
    bucket.left = std::min(size, bucket.left + passed.count() * size);
    bucket.filled = now;
    return bucket;
}

}  // namespace tally::control
