#include "app/system_news.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace tally::app {
namespace {

struct Machine {
    std::vector<std::string> look(const health::Host& host, bool store_is_there = true) {
        clock.advance(5s);
        told = news.look(host, store_is_there, clock.now());
        std::vector<std::string> types;
        for (const auto& each : told)
            types.push_back(each.type);
        return types;
    }

    ManualClock clock;
    SystemNews news{"media-1"};
    std::vector<control::Announcement> told;
};

using Types = std::vector<std::string>;

}  // namespace

TEST_CASE("a limit that is near is told once, and again after it was far") {
    Machine machine;
    CHECK(machine.look({.limit = 0.5}).empty());
    CHECK(
        machine.look({.limit = 0.92, .limit_name = "920 RTMP connections"}) ==
        Types{"system.limit_approaching"}
    );
    CHECK(machine.told[0].data.at("limit") == "920 RTMP connections");
    CHECK(machine.told[0].data.at("node") == "media-1");
    CHECK(machine.look({.limit = 0.95}).empty());
    CHECK(machine.look({.limit = 0.85}).empty());
    CHECK(machine.look({.limit = 0.95}).empty());
    CHECK(machine.look({.limit = 0.70}).empty());
    CHECK(machine.look({.limit = 0.95}) == Types{"system.limit_approaching"});
}

TEST_CASE("a disk that fills up degrades the system until there is room again") {
    Machine machine;
    CHECK(machine.look({.disk_free = 0.3}).empty());
    CHECK(machine.look({.disk_free = 0.09}) == Types{"system.degraded"});
    CHECK(machine.told[0].data.at("part") == "disk");
    CHECK(machine.look({.disk_free = 0.11}).empty());
    CHECK(machine.look({.disk_free = 0.2}) == Types{"system.recovered"});
    CHECK(machine.told[0].data.at("duration").to_number<double>() == 10);
}

TEST_CASE("a store that was away is told with how long it was") {
    Machine machine;
    CHECK(machine.look({}, false) == Types{"system.degraded"});
    CHECK(machine.look({}, false).empty());
    CHECK(machine.look({}) == Types{"system.recovered"});
    CHECK(machine.told[0].data.at("part") == "store");
    CHECK(machine.told[0].data.at("duration").to_number<double>() == 10);
}

}  // namespace tally::app
