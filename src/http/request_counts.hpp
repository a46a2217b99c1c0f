// What a server has answered: counted by each thread in its own place, without waiting, and added up by who
// asks.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <numeric>

namespace tally::http {

/// Upper bounds of the histogram of durations, in seconds; one more bucket is for what took longer.
inline constexpr std::array<double, 9> duration_bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10};

struct RequestTotals {
    struct Class {
        std::array<std::uint64_t, duration_bounds.size() + 1> durations{};  // requests per bucket
        double seconds = 0;                                                 // of all of them
    };

    std::array<Class, 5> classes{};  // 1xx to 5xx
    std::uint64_t body_bytes = 0;    // of bodies whose length was known before
};

/// Of one route.
struct RouteTotals {
    std::array<std::uint64_t, 5> classes{};  // requests answered 1xx to 5xx
    double seconds = 0;                      // of all of them

    std::uint64_t requests() const { return std::accumulate(classes.begin(), classes.end(), 0ULL); }
};

class RouteCounts {
public:
    void add(unsigned status, std::chrono::nanoseconds taken);

    RouteTotals totals() const;

private:
    std::array<std::atomic<std::uint64_t>, 5> classes_{};
    std::atomic<std::uint64_t> nanoseconds_ = 0;
};

class RequestCounts {
public:
    void add(unsigned status, std::chrono::nanoseconds taken, std::uint64_t body_bytes);

    RequestTotals totals() const;

private:
    using Count = std::atomic<std::uint64_t>;

    struct Class {
        std::array<Count, duration_bounds.size() + 1> durations{};
        Count nanoseconds = 0;
    };

    /// Threads beyond their number share: counts stay right.
    static constexpr std::size_t slots = 16;

    struct alignas(64) Slot {
        std::array<Class, 5> classes{};
        Count body_bytes = 0;
    };

    std::array<Slot, slots> slots_{};
};

}  // namespace tally::http
