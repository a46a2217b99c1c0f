// What the viewers of a swarm went through, as numbers: per thread while it runs, and one sum at the end.
#pragma once

#include "analytics/sketch/quantiles.hpp"
#include "load/playback.hpp"

#include <map>
#include <string>

namespace tally::load {

struct Report {
    std::size_t viewers = 0;  // that asked for the stream
    std::size_t started = 0;  // that saw a picture
    std::size_t stalls = 0;
    std::size_t stalled_viewers = 0;
    Milliseconds played{};
    Milliseconds stalled{};
    std::uint64_t bytes = 0;
    std::uint64_t requests = 0;
    std::size_t switches = 0;
    std::uint64_t reports = 0;                  // of viewers who report, taken by the server
    std::map<std::string, std::size_t> errors;  // by what went wrong: at most 32 kinds
    analytics::Quantiles startup_ms;
    analytics::Quantiles latency_ms;

    void add_error(const std::string& what);
    void add(const Playback& playback);
    void merge(const Report& other);

    std::size_t error_count() const;
};

/// For people: some lines.
std::string render_text(const Report& report, Milliseconds took);
/// One JSON object; durations in seconds but where the name says ms.
std::string render_json(const Report& report, Milliseconds took);

}  // namespace tally::load
