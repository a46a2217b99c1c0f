// What this machine and process have left, as far as alerts look at it.
#pragma once

#include "base/worker_pool.hpp"
#include "health/observation.hpp"

#include <deque>
#include <filesystem>
#include <functional>

namespace tally::app {

/// Requests for media since the start.
struct Deliveries {
    std::uint64_t answered = 0;
    std::uint64_t failed = 0;  // by this server: 5xx
};

class HostMeter {
public:
    struct Sources {
        const Clock& clock;
        WorkerPool& disk;
        std::filesystem::path recordings;
        std::function<std::size_t()> connections;  // RTMP
        std::size_t most_connections = 1;
        std::function<std::uint64_t()> refused_keys;  // since the start
        std::function<Deliveries()> deliveries;
    };

    explicit HostMeter(Sources sources) : sources_(std::move(sources)) {}

    /// One at a time.
    Async<health::Host> measure();

private:
    struct Look {
        Instant at;
        std::uint64_t refused = 0;
        Deliveries deliveries;
    };

    void look();
    double refused_within(std::chrono::seconds span) const;
    void measure_deliveries(health::Host& host, std::chrono::seconds span) const;
    const Look& oldest_within(std::chrono::seconds span) const;

    Sources sources_;
    std::deque<Look> looks_;  // of ten minutes, at least one
};

}  // namespace tally::app
