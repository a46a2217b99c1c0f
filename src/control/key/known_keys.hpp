// The keys that are in use, in memory: the store is asked now and then, not with every request.
#pragma once

#include "control/key/api_key.hpp"
#include "sql/database.hpp"

#include <mutex>
#include <unordered_map>

namespace tally::control {

/// From any thread.
class KnownKeys {
public:
    using CallerPtr = std::shared_ptr<const http::Caller>;

    KnownKeys(sql::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    /// `hash` is that of a secret; null when it is no valid key's. What the store said is believed for five
    /// seconds, and longer while the store is away; throws sql::Unavailable when it never said anything.
    Async<CallerPtr> find(std::string hash);

    /// True when find() has seen it to be a key.
    bool knows(const std::string& hash) { return kept(hash).has_value(); }

private:
    struct Known {
        CallerPtr caller;  // null: not valid
        std::optional<Time> expires_at;
        Instant asked;
    };

    std::optional<Known> kept(const std::string& hash);
    Async<Known> ask(std::string hash);
    void keep(const std::string& hash, const Known& known);

    sql::Database& database_;
    const Clock& clock_;
    std::mutex mutex_;
    std::unordered_map<std::string, Known> known_;  // by hash; under the mutex
};

}  // namespace tally::control
