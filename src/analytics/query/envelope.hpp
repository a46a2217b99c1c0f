// The members that every answer begins with (API 1.8): what it covers, and how much to believe it.
#pragma once

#include "analytics/fact_reader.hpp"
#include "analytics/query/figures.hpp"
#include "analytics/query/view_totals.hpp"

namespace tally::analytics {

/// How many of the views a broadcast has: enough for the envelope of answers that need no more.
struct Evidence {
    std::int64_t views = 0;
    std::int64_t beaconed = 0;
    std::int64_t edge_observed = 0;
    std::int64_t invalid = 0;
    std::int64_t suspect = 0;

    Evidence() = default;

    explicit Evidence(const ViewTotals& totals)
        : views(totals.attempts),
          beaconed(totals.beaconed),
          edge_observed(totals.edge_observed),
          invalid(totals.invalid),
          suspect(totals.suspect) {}

    void add(const SessionFacts& view, const Question& question);
};

/// `uniques`: how the answer counts viewers, when it does.
json::object envelope(
    const Question& question,
    const Evidence& evidence,
    const LossFacts& losses,
    const DistinctCount* uniques = nullptr
);

/// In an answer that was made earlier.
void note_late_records(json::object& answer, const LossFacts& losses);

}  // namespace tally::analytics
