// How many watched at once, second by second, rebuilt from views: for filters and places, which the counted
// series does not tell apart.
#pragma once

#include "analytics/facts.hpp"

#include <cstdint>
#include <vector>

namespace tally::analytics {

class Concurrency {
public:
    /// A viewer was there during [from, to).
    void add(std::uint64_t viewer, Time from, Time to) { spans_.push_back({viewer, from, to}); }

    /// Distinct viewers during each second of [from, to).
    std::vector<std::int32_t> curve(Time from, Time to);

    std::int32_t peak(Time from, Time to);

private:
    struct Span {
        std::uint64_t viewer;
        Time from;
        Time to;
    };

    std::vector<Span> spans_;
};

}  // namespace tally::analytics
