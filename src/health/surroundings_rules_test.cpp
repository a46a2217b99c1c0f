#include "health/rule_cases.hpp"

namespace tally::health {
namespace {

using media::Second;
using Audit = Observation;

Watch::Change audience(const std::function<void(Audience&)>& set) {
    return [set](Second&, Audit& now) {
        now.audience.reporting = now.audience.views = now.audience.joins = 500;
        now.audience.attempts = 500;
        set(now.audience);
    };
}

}  // namespace

std::vector<Case> surroundings_cases() {
    return {
        {.code = "segment_gap",
         .severity = Severity::critical,
         .raised_after = 1,
         .cleared_after = 60,
         .told = "2 segments",
         .cause = [](Second&, Audit& now) { now.delivery.gaps = 2; }},
        {.code = "playlist_stale",
         .severity = Severity::critical,
         .raised_after = 1,
         .cleared_after = 7,
         .told = "7 s",
         .cause = [](Second&, Audit& now) { now.delivery.update_age = 7; },
         .calm = [](Second&, Audit& now) { now.delivery.update_age = 1; }},
        {.code = "recording_failed",
         .severity = Severity::critical,
         .raised_after = 1,
         .cleared_after = 1,
         .told = "1 failure",
         .cause = [](Second&, Audit& now) { now.delivery.recording_failed = true; }},
        {.code = "disk_low",
         .raised_after = 1,
         .cleared_after = 11,
         .told = "1.9 h left",
         .cause =
             [](Second&, Audit& now) {
                 now.host.disk_free = 0.5;
                 now.host.disk_free_bytes = 1.9 * 3600 * (375'000 + 16'000);
             },
         .calm =
             [](Second&, Audit& now) {
                 now.host.disk_free = 0.5;
                 now.host.disk_free_bytes = 1e12;
             }},
        {.code = "limit_breach",
         .raised_after = 1,
         .cleared_after = 1,
         .told = "93 %",
         .cause =
             [](Second&, Audit& now) {
                 now.host.limit = 0.93;
                 now.host.limit_name = "930 connections";
             },
         .calm = [](Second&, Audit& now) { now.host.limit = 0.5; }},
        {.code = "edge_errors",
         .raised_after = 1,
         .cleared_after = 61,
         .told = "0.7 % of the requests for media",
         .cause = [](Second&, Audit& now) { now.host.edge_errors = 0.007; },
         .calm = [](Second&, Audit& now) { now.host.edge_errors = 0.0005; },
         .worse = [](Second&, Audit& now) { now.host.edge_errors = 0.025; },
         .worse_after = 1,
         .told_worse = "2.5 % of the requests for media"},
        {.code = "buffering_rate_high",
         .raised_after = 1,
         .cleared_after = 121,
         .told = "7.0 %",
         .cause = audience([](Audience& now) { now.buffering_rate = 0.07; }),
         .calm = audience([](Audience& now) { now.buffering_rate = 0.01; }),
         .worse = audience([](Audience& now) { now.buffering_rate = 0.2; }),
         .worse_after = 1,
         .told_worse = "20.0 %"},
        {.code = "rebuffer_count_high",
         .raised_after = 1,
         .cleared_after = 1,
         .told = "0.80 times",
         .cause = audience([](Audience& now) { now.rebuffers_per_minute = 0.8; }),
         .calm = audience([](Audience& now) { now.rebuffers_per_minute = 0.1; })},
        {.code = "startup_slow",
         .raised_after = 1,
         .cleared_after = 1,
         .told = "5.5 s",
         .cause = audience([](Audience& now) { now.startup_p95 = 5.5; }),
         .calm = audience([](Audience& now) { now.startup_p95 = 1; })},
        {.code = "playback_failure_high",
         .raised_after = 1,
         .cleared_after = 1,
         .told = "2.0 %",
         .cause = audience([](Audience& now) { now.failure_rate = 0.02; }),
         .calm = audience([](Audience& now) { now.failure_rate = 0; }),
         .worse = audience([](Audience& now) { now.failure_rate = 0.04; }),
         .worse_after = 1,
         .told_worse = "4.0 %"},
        {.code = "ebvs_high",
         .raised_after = 1,
         .cleared_after = 1,
         .told = "8.0 %",
         .cause = audience([](Audience& now) { now.exit_rate = 0.08; }),
         .calm = audience([](Audience& now) { now.exit_rate = 0; })},
        {.code = "audience_drop",
         .severity = Severity::info,
         .raised_after = 1,
         .cleared_after = 11,
         .told = "40 % fewer",
         .cause = audience([](Audience& now) {
             now.viewers = 600;
             now.viewers_before = 1000;
         }),
         .calm = audience([](Audience& now) { now.viewers = now.viewers_before = 600; })},
        {.code = "beacon_coverage_low",
         .severity = Severity::info,
         .raised_after = 11,
         .cleared_after = 1,
         .told = "40 %",
         .cause = audience([](Audience& now) { now.coverage = 0.4; }),
         .calm = audience([](Audience& now) { now.coverage = 0.9; })},
        {.code = "invalid_traffic",
         .raised_after = 1,
         .cleared_after = 1,
         .told = "30 %",
         .cause = audience([](Audience& now) { now.invalid_share = 0.3; }),
         .calm = audience([](Audience& now) { now.invalid_share = 0; })},
    };
}

}  // namespace tally::health
