#include "http/request_counts.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

namespace tally::http {
namespace {

TEST_CASE("what many threads count adds up, by class and by how long it took") {
    RequestCounts counts;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 20; ++i)
        threads.emplace_back([&] {
            for (int j = 0; j < 1000; ++j)
                counts.add(200, std::chrono::nanoseconds(1), 10);
            counts.add(404, std::chrono::hours(1), 0);
        });
    threads.clear();
    const auto totals = counts.totals();
    CHECK(totals.classes[1].durations.front() == 20'000);
    CHECK(totals.classes[3].durations.back() == 20);
    CHECK(totals.classes[3].seconds >= 20 * 3600);
    CHECK(totals.body_bytes == 200'000);
}

TEST_CASE("a status out of range is counted at the end of the range") {
    RequestCounts counts;
    counts.add(999, std::chrono::nanoseconds(1), 0);
    counts.add(0, std::chrono::nanoseconds(1), 0);
    CHECK(counts.totals().classes[4].durations.front() == 1);
    CHECK(counts.totals().classes[0].durations.front() == 1);
}

}  // namespace
}  // namespace tally::http
