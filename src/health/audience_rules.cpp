// What players report of the audience's experience.
#include "health/rule.hpp"

namespace tally::health {
namespace {

using namespace std::chrono_literals;
using enum Severity;

constexpr std::size_t enough_views = 50;
constexpr std::size_t enough_attempts = 100;

/// A rate of `count` views, of which it takes `enough` to raise an alert. Fewer let it clear, none at all do
/// so at once: it would outlive the audience that it tells of. Without analytics nothing can be said.
Sight rate_of(
    const Audience& audience, std::size_t count, std::size_t enough, const Figure& rate, std::string note = {}
) {
    const bool few = count < enough;
    if (rate && (!few || audience.viewers))
        return Reading{.value = *rate, .note = std::move(note), .few = few};
    return few && audience.viewers ? finding(false) : std::nullopt;
}

Sight buffering(const Scene& scene) {
    const auto& audience = scene.now.audience;
    auto where = audience.worst.empty() ? std::string() : " Worst: " + audience.worst + ".";
    return rate_of(audience, audience.reporting, enough_views, audience.buffering_rate, std::move(where));
}

Sight rebuffers(const Scene& scene) {
    const auto& audience = scene.now.audience;
    return rate_of(audience, audience.reporting, enough_views, audience.rebuffers_per_minute);
}

Sight startup(const Scene& scene) {
    const auto& audience = scene.now.audience;
    return rate_of(audience, audience.reporting, enough_views, audience.startup_p95);
}

Sight failures(const Scene& scene) {
    const auto& audience = scene.now.audience;
    auto code = audience.top_error.empty() ? "not known" : audience.top_error;
    return rate_of(audience, audience.attempts, enough_attempts, audience.failure_rate, std::move(code));
}

Sight exits(const Scene& scene) {
    const auto& audience = scene.now.audience;
    return rate_of(audience, audience.attempts, enough_attempts, audience.exit_rate);
}

/// Against the audience of a minute before.
Sight viewers(const Scene& scene) {
    const auto& audience = scene.now.audience;
    if (!audience.viewers || !audience.viewers_before) return std::nullopt;
    return Reading{
        .value = *audience.viewers,
        .scale = *audience.viewers_before,
        .few = *audience.viewers_before < enough_views,
    };
}

Sight coverage(const Scene& scene) {
    const auto& audience = scene.now.audience;
    return rate_of(audience, audience.views, enough_views, audience.coverage);
}

Sight invalid(const Scene& scene) {
    const auto& audience = scene.now.audience;
    return rate_of(audience, audience.joins, enough_views, audience.invalid_share);
}

constexpr auto audience_table = std::to_array<Rule>({
    {.code = "buffering_rate_high",
     .category = Category::qoe,
     .title = "Viewers rebuffer",
     .metric = "bufferingRate",
     .unit = "ratio",
     .window = 60s,
     .raise = {warning, 0.05, 0s},
     .escalate = Level{critical, 0.15, 0s},
     .clear = 0.03,
     .clear_hold = 120s,
     .read = buffering,
     .message = "Viewers spend {percent:.1f} % of their time rebuffering.{note}",
     .remedy = "Check the CDN, and whether the bitrate suits the audience."},
    {.code = "rebuffer_count_high",
     .category = Category::qoe,
     .title = "Viewers rebuffer often",
     .metric = "rebuffersPerViewMinute",
     .unit = "per view and minute",
     .window = 60s,
     .raise = {warning, 0.5, 0s},
     .clear = 0.2,
     .read = rebuffers,
     .message = "Views rebuffer {value:.2f} times a minute.",
     .remedy = "Check the CDN, and whether the bitrate suits the audience."},
    {.code = "startup_slow",
     .category = Category::qoe,
     .title = "Playback starts slowly",
     .metric = "startupP95",
     .unit = "s",
     .window = 300s,
     .raise = {warning, 4, 0s},
     .clear = 3,
     .read = startup,
     .message = "One view in twenty waits {value:.1f} s or longer for its first picture.",
     .remedy = "Send keyframes more often, and check that the edge's cache is warm."},
    {.code = "playback_failure_high",
     .category = Category::qoe,
     .title = "Playback fails",
     .metric = "playbackFailureRate",
     .unit = "ratio",
     .window = 300s,
     .raise = {warning, 0.01, 0s},
     .escalate = Level{critical, 0.03, 0s},
     .clear = 0.005,
     .read = failures,
     .message = "{percent:.1f} % of the attempts to play failed. Most frequent error: {note}.",
     .remedy = "Look for the error in the analytics' quality report."},
    {.code = "ebvs_high",
     .category = Category::qoe,
     .title = "Viewers leave before the first picture",
     .metric = "exitBeforeVideoStartRate",
     .unit = "ratio",
     .window = 300s,
     .raise = {warning, 0.05, 0s},
     .clear = 0.025,
     .read = exits,
     .message = "{percent:.1f} % of the views ended before the first picture.",
     .remedy = "Send keyframes more often, and check that the edge's cache is warm."},
    {.code = "audience_drop",
     .category = Category::audience,
     .title = "Audience drops",
     .metric = "viewers",
     .unit = "viewers",
     .window = 60s,
     .bad = Bad::below,
     .raise = {info, 0.7, 0s},
     .clear = 0.9,
     .clear_hold = 10s,
     .read = viewers,
     .message = "{value:.0f} viewers, {drop:.0f} % fewer than the {scale:.0f} of a minute before.",
     .remedy = "See which other alerts coincide."},
    {.code = "beacon_coverage_low",
     .category = Category::audience,
     .title = "Few players report",
     .metric = "beaconCoverage",
     .unit = "ratio",
     .bad = Bad::below,
     .raise = {info, 0.60, 10s},
     .clear = 0.75,
     .read = coverage,
     .message = "What is said of quality is from {percent:.0f} % of the views.",
     .remedy = "Use players that report by CMCD."},
    {.code = "invalid_traffic",
     .category = Category::audience,
     .title = "Views are not people's",
     .metric = "invalidShare",
     .unit = "ratio",
     .window = 60s,
     .raise = {warning, 0.20, 0s},
     .clear = 0.10,
     .read = invalid,
     .message = "{percent:.0f} % of the joins are filtered as invalid.",
     .remedy = "Nothing to do for the numbers: they leave these out. See who they are in the analytics."},
});

}  // namespace

std::span<const Rule> audience_rules() {
    return audience_table;
}

}  // namespace tally::health
