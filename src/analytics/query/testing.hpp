// For tests of answers: a small audience whose every number can be worked out by hand.
#pragma once

#include "analytics/query/question.hpp"
#include "analytics/store/testing.hpp"

#include <boost/json/object.hpp>

namespace tally::analytics::test {

/// 200 seconds, over for an hour.
inline BroadcastInfo the_broadcast() {
    return {
        .id = bc_one,
        .channel = ch_001,
        .title = "A test",
        .status = "completed",
        .created = at(-60),
        .started = at(0),
        .ended = at(200),
    };
}

inline Question a_question(CommonParameters common = {}) {
    return {.broadcast = the_broadcast(), .common = std::move(common), .now = at(3800)};
}

/// Seven views: 1 and 2 are one viewer's, in India on a phone; 3 is in Germany; 4 failed before the first
/// frame, 5 gave up waiting; 6 is a robot, and 7 left at once.
inline std::vector<SessionFacts> small_audience() {
    auto first = view(1, 0, 200);
    first.startup_ms = 500;
    first.counters.play_ms = 190'000;
    first.counters.rebuffer_ms = 10'000;
    first.counters.rebuffers = 2;
    first.counters.bitrate_kbps_ms = 190'000LL * 4000;
    first.counters.bitrate_ms = 190'000;
    first.rebuffer_durations_ms = {4000, 6000};
    first.renditions = {{1080, 150'000}, {720, 40'000}};
    first.dimensions = {.country = "IN", .device = "mobile", .player = "hls.js", .player_version = "1.7.0"};
    first.claims = {.age_band = "18-24"};
    auto second = view(2, 100, 150);
    second.viewer = 1;
    second.dimensions = first.dimensions;
    second.claims = first.claims;
    second.counters.bitrate_kbps_ms = 50'000LL * 1000;
    second.counters.bitrate_ms = 50'000;
    auto third = view(3, 10, 70);
    third.startup_ms = 1000;
    third.dimensions = {.country = "DE", .device = "desktop"};
    third.beaconed = false;
    third.counters.errors = 1;
    third.errors = {{"frag.timeout", false, 3}};
    auto failed = view(4, 20, 25);
    failed.first_frame.reset();
    failed.counters = {.errors = 1};
    failed.exit = Exit::fatal;
    failed.errors = {{"manifest", true, 1}};
    auto waited = view(5, 20, 25);
    waited.first_frame.reset();
    waited.counters = {};
    waited.exit = Exit::ebvs;
    auto robot = view(6, 0, 200);
    robot.validity = Validity::invalid;
    auto gone = view(7, 30, 30.2);
    gone.first_frame.reset();
    gone.counters = {};
    gone.exit = Exit::abandoned;
    return {first, second, third, failed, waited, robot, gone};
}

/// `viewers` for every ten seconds from the start.
inline std::vector<AudienceFacts> counted(const std::vector<std::int64_t>& viewers) {
    std::vector<AudienceFacts> rows;
    for (const auto each : viewers) {
        const auto time = at(10 * static_cast<double>(rows.size()));
        rows.push_back({
            .broadcast = bc_one,
            .time = time,
            .seconds = 10,
            .viewer_seconds = 10 * each,
            .view_seconds = 10 * each,
            .min_viewers = each,
            .max_viewers = each,
            .max_at = time,
        });
    }
    return rows;
}

inline boost::json::object ask(
    TemporaryFacts& facts,
    const Question& question,
    const std::function<boost::json::object(FactReader&, const Question&)>& answer
) {
    boost::json::object out;
    facts.read([&](FactReader& reader) { out = answer(reader, question); });
    return out;
}

inline double number(const boost::json::value& value) {
    return value.to_number<double>();
}

}  // namespace tally::analytics::test
