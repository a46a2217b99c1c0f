// Viewers by the thousand in one process: started evenly, counted every second, and summed up at the end.
#pragma once

#include "load/report.hpp"
#include "net/runtime.hpp"

#include <functional>
#include <string>

namespace tally::load {

enum class Protocol : unsigned char { hls, dash, rtmp };

struct SwarmOptions {
    std::string url;  // http, of a master playlist or a manifest, or rtmp
    Protocol protocol = Protocol::hls;
    std::size_t viewers = 1;
    Milliseconds duration{60'000};
    Milliseconds ramp{1000};  // over which the viewers come
    bool reports = false;     // they tell the server how they play, as our own player does; not over RTMP
};

/// What the URL is of: rtmp://, a path that ends in ".mpd", or anything else.
Protocol protocol_of(std::string_view url);

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
