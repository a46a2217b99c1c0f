#include "control/schedule/schedule_service.hpp"

#include "control/testing.hpp"

#include <doctest/doctest.h>

#include <thread>

namespace tally::control {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

ScheduledId schedule(ControlPlane& plane, Milliseconds from_now, bool auto_start = false) {
    const auto scheduled = wait(plane.schedule.schedule(
        {.channel_id = plane.channel,
         .title = "Weekly",
         .scheduled_start = plane.clock.now() + from_now,
         .description = "About the week",
         .tags = {"weekly"},
         .auto_start = auto_start},
        false
    ));
    REQUIRE(scheduled);
    return scheduled->event.id;
}

ScheduledEvent read(ControlPlane& plane, const ScheduledId& id) {
    return wait(plane.schedule.get(id))->event;
}

Outcome<BroadcastDetails> convert(ControlPlane& plane, const ScheduledId& id) {
    return wait(plane.broadcasts.create({.scheduled_id = id}));
}

/// An event brought to `status` by what leads there.
ScheduledId bring_to(ControlPlane& plane, ScheduledStatus status) {
    const auto id = schedule(plane, hours(1));
    if (status == ScheduledStatus::converted) REQUIRE(convert(plane, id));
    if (status == ScheduledStatus::cancelled) REQUIRE(wait(plane.schedule.cancel(id)));
    if (status == ScheduledStatus::missed) plane.advance(hours(24 + 2));
    REQUIRE(read(plane, id).status == status);
    return id;
}

/// Empty: done.
std::optional<Problem> act(ControlPlane& plane, const ScheduledId& id, ScheduledAction action) {
    const auto problem_of = [](auto outcome) {
        return outcome ? std::nullopt : std::optional(std::move(outcome).error());
    };
    switch (action) {
        case ScheduledAction::edit: {
            const auto always = [](const ScheduledEvent&) { return Outcome<void>(); };
            return problem_of(wait(plane.schedule.patch(id, {.title = "Edited"}, false, always)));
        }
        case ScheduledAction::convert:
            return problem_of(convert(plane, id));
        case ScheduledAction::cancel:
            return problem_of(wait(plane.schedule.cancel(id)));
        case ScheduledAction::miss:
            plane.advance(hours(24 + 2));
            return std::nullopt;
    }
    std::unreachable();
}

std::string_view expected_code(ScheduledStatus status, ScheduledAction action) {
    if (action == ScheduledAction::convert) return "scheduled_event_not_convertible";
    if (action == ScheduledAction::cancel && status == ScheduledStatus::converted) return "already_converted";
    return "invalid_state_transition";
}

TEST_CASE("every pair of status and action is allowed or refused as the table says") {
    using enum ScheduledStatus;
    for (const auto status : {scheduled, converted, cancelled, missed}) {
        for (const auto action :
             {ScheduledAction::edit, ScheduledAction::convert, ScheduledAction::cancel, ScheduledAction::miss
             }) {
            CAPTURE(enum_text(status));
            CAPTURE(enum_text(action));
            ControlPlane plane;
            const auto id = bring_to(plane, status);
            const auto problem = act(plane, id, action);
            const auto expected = follow(scheduled_transitions, status, action);
            CHECK(read(plane, id).status == expected.value_or(status));
            CHECK(read(plane, id).deadline_at.has_value() == (expected.value_or(status) == scheduled));
            if (action == ScheduledAction::miss) continue;  // time asks nobody
            CHECK(problem.has_value() == !expected.has_value());
            if (!problem) continue;
            CHECK(problem->status == 409);
            CHECK(problem->code == expected_code(status, action));
        }
    }
}

TEST_CASE("a converted event gives a broadcast with its fields and its plan, and what the request adds") {
    ControlPlane plane;
    const auto id = schedule(plane, hours(1));
    const auto made = wait(plane.broadcasts.create({.title = "Special", .scheduled_id = id}));
    REQUIRE(made);
    CHECK(!made->repeated);
    CHECK(made->broadcast.title == "Special");
    CHECK(made->broadcast.description == "About the week");
    CHECK(made->broadcast.tags == std::vector<std::string>{"weekly"});
    CHECK(made->broadcast.channel_id == plane.channel);
    CHECK(made->broadcast.status == BroadcastStatus::scheduled);
    CHECK(made->broadcast.scheduled_id == id);
    CHECK(made->broadcast.scheduled_start == plane.clock.now() + hours(1));
    CHECK(made->broadcast.estimated_duration == seconds(3600));
    CHECK(read(plane, id).broadcast_id == made->broadcast.id);
    const auto again = convert(plane, id);
    REQUIRE(again);
    CHECK(again->repeated);
    CHECK(again->broadcast.id == made->broadcast.id);
    CHECK(again->broadcast.title == "Special");
}

TEST_CASE("of many conversions at once one makes the broadcast that all are given") {
    ControlPlane plane;
    const auto id = schedule(plane, hours(1));
    std::mutex mutex;
    std::vector<BroadcastId> given;
    int made = 0;
    {
        std::vector<std::jthread> clients;
        for (int client = 0; client < 8; ++client) {
            clients.emplace_back([&] {
                const auto converted = convert(plane, id);
                const std::scoped_lock lock(mutex);
                if (!converted) return;
                given.push_back(converted->broadcast.id);
                made += converted->repeated ? 0 : 1;
            });
        }
    }
    CHECK(made == 1);
    CHECK(given == std::vector(8, *read(plane, id).broadcast_id));
}

TEST_CASE("an event of another channel, or of a disabled one, is not converted") {
    ControlPlane plane;
    const auto id = schedule(plane, hours(1));
    const auto other = wait(plane.channels.create({.name = "Other"}))->id;
    const auto foreign = wait(plane.broadcasts.create({.channel_id = other, .scheduled_id = id}));
    CHECK(foreign.error().code == "scheduled_event_not_convertible");
    REQUIRE(wait(plane.channels.patch("ch_001", {.status = ChannelStatus::disabled})));
    CHECK(convert(plane, id).error().code == "channel_disabled");
    CHECK(read(plane, id).status == ScheduledStatus::scheduled);
}

TEST_CASE("an event counts as missed a day after its end, and never within a day of its creation") {
    ControlPlane plane;
    const auto soon = schedule(plane, hours(1));
    const auto long_ago = schedule(plane, hours(-1000));
    plane.advance(hours(24) - Milliseconds(1));
    CHECK(read(plane, long_ago).status == ScheduledStatus::scheduled);
    CHECK(plane.advance(Milliseconds(1)) == plane.clock.now() + hours(2));
    CHECK(read(plane, long_ago).status == ScheduledStatus::missed);
    CHECK(read(plane, soon).status == ScheduledStatus::scheduled);
    CHECK(!plane.advance(hours(2)));
    CHECK(read(plane, soon).status == ScheduledStatus::missed);
}

TEST_CASE("an encoder that dials in near the start begins an event with autoStart") {
    ControlPlane plane;
    REQUIRE(wait(plane.channels.patch("ch_001", {.auto_live = false})));
    schedule(plane, minutes(10));
    schedule(plane, minutes(-50), true);
    const auto id = schedule(plane, minutes(40), true);
    REQUIRE(wait(plane.ingest.admit({.name = "ch_001", .loopback = true})));
    const auto event = read(plane, id);
    REQUIRE(event.status == ScheduledStatus::converted);
    const auto broadcast = plane.broadcast(*event.broadcast_id);
    CHECK(broadcast.status == BroadcastStatus::live);
    CHECK(broadcast.title == "Weekly");
    CHECK(broadcast.active_stream_id.has_value());
    CHECK(plane.read_channel().current_broadcast_id == broadcast.id);
}

TEST_CASE("more than an hour from its start an event does not begin by itself") {
    ControlPlane plane;
    const auto id = schedule(plane, minutes(61), true);
    REQUIRE(wait(plane.ingest.admit({.name = "ch_001", .loopback = true})));
    CHECK(read(plane, id).status == ScheduledStatus::scheduled);
}

}  // namespace
}  // namespace tally::control
