// What this machine and process have left, as far as alerts look at it.
#pragma once

#include "base/worker_pool.hpp"
#include "health/observation.hpp"

#include <deque>
#include <filesystem>
#include <functional>

namespace tally::app {

class HostMeter {
public:
    struct Sources {
        const Clock& clock;
        WorkerPool& disk;
        std::filesystem::path recordings;
        std::function<std::size_t()> connections;  // RTMP
        std::size_t most_connections = 1;
        std::function<std::uint64_t()> refused_keys;  // since the start
    };

    explicit HostMeter(Sources sources) : sources_(std::move(sources)) {}

    /// One at a time.
    Async<health::Host> measure();

private:
    struct Refused {
        Instant at;
        std::uint64_t total = 0;
    };

    double refused_within(std::chrono::seconds span) const;

    Sources sources_;
    std::deque<Refused> refused_;  // of ten minutes
};

}  // namespace tally::app
