// How many requests per second each key may send.
#pragma once

#include "base/clock.hpp"
#include "http/message.hpp"

#include <mutex>
#include <string>
#include <unordered_map>

namespace tally::control {

/// From any thread.
class RequestRates {
public:
    /// Requests per second; as many may come at once.
    struct Rule {
        unsigned reads = 50;
        unsigned writes = 10;
    };

    explicit RequestRates(Rule rule) : rule_(rule) {}

    struct Taken {
        bool allowed = true;
        http::Headers headers;  // RateLimit-Policy, RateLimit
    };

    /// `key` is a valid key's id: there are no more of them than keys.
    Taken take(const std::string& key, bool writes, Instant now);

private:
    struct Bucket {
        double left = 0;  // requests
        Instant filled;
    };

    Bucket& bucket(const std::string& name, double size, Instant now);

    const Rule rule_;
    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;  // under the mutex
};

}  // namespace tally::control
