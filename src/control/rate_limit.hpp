// How often each client may do something costly.
#pragma once

#include "base/clock.hpp"

#include <mutex>
#include <string>
#include <unordered_map>

namespace tally::control {

/// From any thread.
class RateLimit {
public:
    struct Rule {
        std::size_t uses = 0;  // in every period, which starts with the client's first use
        std::chrono::seconds period{60};
        std::size_t clients = 4096;  // kept at a time; while all are busy, further ones wait
    };

    explicit RateLimit(Rule rule) : rule_(rule) {}

    /// Zero: counted, go on. Otherwise how long the client has to wait: 1 s to the period.
    std::chrono::seconds take(const std::string& client, Instant now);
    /// The same without counting: for limits on failures, which are counted once they have happened.
    std::chrono::seconds wait(const std::string& client, Instant now);

private:
    struct Usage {
        Instant since;
        std::size_t uses = 0;
    };

    const Rule rule_;
    std::mutex mutex_;
    std::unordered_map<std::string, Usage> usage_;  // under the mutex
};

}  // namespace tally::control
