// How much one network may send: a token bucket each, on one thread.
#pragma once

#include "base/clock.hpp"

#include <string>
#include <string_view>
#include <unordered_map>

namespace tally::analytics {

class FloodLimit {
public:
    struct Rule {
        double per_second = 500;
        double burst = 2000;
        std::size_t networks = 65'536;  // remembered at a time
    };

    explicit FloodLimit(Rule rule) : rule_(rule) {}

    /// False when the network has used up its share for now.
    bool take(std::string_view network, double amount, Instant now) {
        if (buckets_.size() >= rule_.networks) buckets_.clear();
        auto& bucket = buckets_.try_emplace(std::string(network), Bucket{rule_.burst, now}).first->second;
        const std::chrono::duration<double> passed = now - bucket.at;
        bucket.level = std::min(rule_.burst, bucket.level + passed.count() * rule_.per_second);
        bucket.at = now;
        if (bucket.level < amount) return false;
        bucket.level -= amount;
        return true;
    }

private:
    struct Bucket {
        double level;
        Instant at;
    };

    Rule rule_;
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace tally::analytics
