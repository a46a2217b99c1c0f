// Summaries as reports: kept once they are final, read back for as long as the broadcast is known.
#pragma once

#include "analytics/query/summary.hpp"

namespace tally::analytics {

inline constexpr std::string_view summary_kind = "summary";

/// From the report when there is one and nothing but the whole is asked for; computed otherwise.
Summary kept_summary(FactReader& reader, const Question& question);
Report to_report(const Summary& summary);

/// {"peakViewers": {"value", "percent"}, ...}: how far from the median of the others that are final. Null
/// without such.
json::value delta_to_median(
    FactReader& reader,
    const Summary& summary,
    const Question& question,
    const std::vector<BroadcastInfo>& others
);

}  // namespace tally::analytics
