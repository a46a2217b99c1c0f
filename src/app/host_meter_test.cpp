#include "app/host_meter.hpp"

#include "base/testing.hpp"

namespace tally::app {
namespace {

using namespace std::chrono_literals;

struct Metered {
    health::Host after(Milliseconds passed) {
        clock.advance(passed);
        return wait(meter.measure());
    }

    ManualClock clock;
    WorkerPool disk{"disk", 1, 16};
    std::uint64_t refused = 0;
    Deliveries deliveries{};
    HostMeter meter{{
        .clock = clock,
        .disk = disk,
        .recordings = std::filesystem::temp_directory_path(),
        .connections = [] { return std::size_t{30}; },
        .most_connections = 40,
        .refused_keys = [this] { return refused; },
        .deliveries = [this] { return deliveries; },
    }};
};

}  // namespace

TEST_CASE_FIXTURE(Metered, "failed deliveries are a share of half a minute, once there are enough") {
    CHECK(after(1s).few_deliveries);
    deliveries = {.answered = 199, .failed = 10};
    CHECK(after(1s).few_deliveries);
    deliveries = {.answered = 1000, .failed = 10};
    const auto failing = after(1s);
    CHECK(*failing.edge_errors == doctest::Approx(0.01));
    CHECK_FALSE(failing.few_deliveries);
    for (int second = 0; second < 31; ++second)
        after(1s);
    const auto quiet = after(1s);
    CHECK(*quiet.edge_errors == 0);
    CHECK(quiet.few_deliveries);
    deliveries.answered += 500;
    CHECK(*after(1s).edge_errors == 0);
}

TEST_CASE_FIXTURE(Metered, "refused keys are those of a minute and of ten") {
    after(1s);
    refused = 7;
    CHECK(*after(1s).refused_keys == 7);
    for (int second = 0; second < 61; ++second)
        after(1s);
    const auto later = after(1s);
    CHECK(*later.refused_keys == 0);
    CHECK(*later.refused_keys_10m == 7);
}

TEST_CASE_FIXTURE(Metered, "the nearest limit and the disk are shares") {
    const auto host = after(1s);
    CHECK(*host.limit == doctest::Approx(0.75));
    CHECK(host.limit_name == "30 RTMP connections");
    CHECK(*host.disk_free > 0);
    CHECK(*host.disk_free <= 1);
}

}  // namespace tally::app
