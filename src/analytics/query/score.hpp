// The Viewer Experience Score vxs-1 of one view, 0..100, by the formulas of analytics.md 2.2.
#pragma once

#include "analytics/facts.hpp"

namespace tally::analytics {

inline constexpr std::string_view score_version = "vxs-1";

struct ViewScore {
    double playback_success = 0;  // 0..100: 50 for who left before the video started
    double startup = 0;
    double smoothness = 0;
    double video_quality = 0;
    double total = 0;
};

/// Empty for views that tell nothing of their experience: those whose player does not report, and those that
/// left at once.
std::optional<ViewScore> score_of(const SessionFacts& view);

}  // namespace tally::analytics
