#include "http/request_counts.hpp"

#include <algorithm>

namespace tally::http {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

std::size_t this_thread() {
    static std::atomic<std::size_t> threads = 0;
    thread_local const std::size_t number = threads++;
    return number;
}

std::size_t class_of(unsigned status) {
    return std::clamp(status / 100, 1U, 5U) - 1;
}

}  // namespace

void RouteCounts::add(unsigned status, std::chrono::nanoseconds taken) {
    classes_[class_of(status)].fetch_add(1, relaxed);
    nanoseconds_.fetch_add(static_cast<std::uint64_t>(taken.count()), relaxed);
}

RouteTotals RouteCounts::totals() const {
    RouteTotals totals;
    for (std::size_t i = 0; i < totals.classes.size(); ++i)
        totals.classes[i] = classes_[i].load(relaxed);
    totals.seconds = static_cast<double>(nanoseconds_.load(relaxed)) / 1e9;
    return totals;
}

void RequestCounts::add(unsigned status, std::chrono::nanoseconds taken, std::uint64_t body_bytes) {
    const auto seconds = std::chrono::duration<double>(taken).count();
    const auto bucket = std::ranges::lower_bound(duration_bounds, seconds) - duration_bounds.begin();
    auto& slot = slots_[this_thread() % slots];
    auto& counts = slot.classes[class_of(status)];
    counts.durations[static_cast<std::size_t>(bucket)].fetch_add(1, relaxed);
    counts.nanoseconds.fetch_add(static_cast<std::uint64_t>(taken.count()), relaxed);
    slot.body_bytes.fetch_add(body_bytes, relaxed);
}

RequestTotals RequestCounts::totals() const {
    RequestTotals totals;
    for (const auto& slot : slots_) {
        for (std::size_t i = 0; i < totals.classes.size(); ++i) {
            const auto& from = slot.classes[i];
            auto& to = totals.classes[i];
            for (std::size_t bucket = 0; bucket < to.durations.size(); ++bucket)
                to.durations[bucket] += from.durations[bucket].load(relaxed);
            to.seconds += static_cast<double>(from.nanoseconds.load(relaxed)) / 1e9;
        }
        totals.body_bytes += slot.body_bytes.load(relaxed);
    }
    return totals;
}

}  // namespace tally::http
