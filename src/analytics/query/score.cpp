#include "analytics/query/score.hpp"

#include <cmath>

namespace tally::analytics {

namespace {

double startup_score(double seconds) {
    return 100 * 8 / (8 + seconds);
}

double smoothness_score(double rebuffers, double buffering_ratio) {
    return 0.5 * (100 / std::sqrt(1 + rebuffers * rebuffers / 4) + 100 * std::exp(-10 * buffering_ratio));
}

double quality_score(double upscale_max, double upscale_average) {
    return 100 * std::exp(-0.33 * (0.15 * upscale_max + 0.85 * upscale_average));
}

}  // namespace

std::optional<ViewScore> score_of(const SessionFacts& view) {
    if (view.exit == Exit::abandoned || !view.beaconed) return std::nullopt;
    if (view.exit == Exit::fatal) return ViewScore{};
    const auto& counters = view.counters;
    const auto play = static_cast<double>(counters.play_ms);
    const auto stalled = static_cast<double>(counters.rebuffer_ms);
    const double waited = view.first_frame ? 0 : static_cast<double>((view.last_seen - view.started).count());
    const double startup_ms = view.startup_ms ? static_cast<double>(*view.startup_ms) : waited;
    ViewScore score{
        .playback_success = view.exit == Exit::ebvs ? 50.0 : 100.0,
        .startup = startup_score(startup_ms / 1000),
        .smoothness = smoothness_score(
            static_cast<double>(counters.rebuffers), play + stalled > 0 ? stalled / (play + stalled) : 0
        ),
        .video_quality = quality_score(
            static_cast<double>(view.upscale_permille_max) / 1000,
            play > 0 ? static_cast<double>(counters.upscale_permille_ms) / play / 1000 : 0
        ),
    };
    const auto weighed = [](double weight, double part) { return weight * std::log(std::max(part, 1.0)); };
    score.total = score.playback_success / 100 *
                  std::exp(
                      weighed(0.45, score.smoothness) + weighed(0.35, score.startup) +
                      weighed(0.20, score.video_quality)
                  );
    return score;
}

}  // namespace tally::analytics
