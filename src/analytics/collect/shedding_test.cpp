#include "analytics/collect/shedding.hpp"

#include <doctest/doctest.h>

using namespace tally::analytics;

TEST_CASE("in a flood heartbeats give way first, joins and leaves last") {
    Beacon heartbeat{.state = PlayerState::playing, .sequence = 17};
    const std::vector<Beacon> precious{
        {.state = PlayerState::starting, .sequence = 9},
        {.state = PlayerState::playing, .sequence = 1},
        {.state = PlayerState::playing, .sequence = 9, .startup_ms = 400},
        {.state = PlayerState::quit, .sequence = 9},
        {.state = PlayerState::ended, .sequence = 9},
        {.state = PlayerState::fatal, .sequence = 9},
        {.state = PlayerState::playing, .sequence = 9, .error = true},
    };
    CHECK_FALSE(is_shed(heartbeat, {}));
    for (const auto& backlog :
         {Backlog{.reports = Backlog::most / 2 + 1}, Backlog{.reports = 0, .journal_crowded = true}}) {
        CHECK(is_shed(heartbeat, backlog));
        for (const auto& beacon : precious)
            CHECK_FALSE(is_shed(beacon, backlog));
    }
    for (const auto& beacon : precious)
        CHECK(is_shed(beacon, {.reports = Backlog::most + 1}));
}
