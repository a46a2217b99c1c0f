// Viewers by the thousand in one process: started evenly, counted every second, and summed up at the end.
#pragma once

#include "load/report.hpp"
#include "net/runtime.hpp"

#include <functional>
#include <string>

namespace tally::load {

struct SwarmOptions {
    std::string url;  // http, of a master playlist
    std::size_t viewers = 1;
    Milliseconds duration{60'000};
    Milliseconds ramp{1000};  // over which the viewers come
};

struct Outcome {
    Report report;
    Milliseconds took{};
};

/// Runs until the duration is over or SIGINT or SIGTERM comes. `on_second` gets what was seen so far, once a
/// second. Errors: a URL that is none or leads nowhere.
Result<Outcome> run_swarm(
    const SwarmOptions& options, const std::function<void(const Outcome& so_far)>& on_second
);

}  // namespace tally::load
