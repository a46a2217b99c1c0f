// How many watched over time: counted once a second while it happened, or rebuilt from views when only some
// of them are asked for.
#pragma once

#include "analytics/fact_reader.hpp"
#include "analytics/query/concurrency.hpp"
#include "analytics/query/question.hpp"

namespace tally::analytics {

class AudienceSource {
public:
    explicit AudienceSource(const Question& question) : question_(question) {}

    /// The counted series is of all that counts; any other choice has to be rebuilt.
    bool rebuilds() const { return !question_.common.filter.empty() || question_.common.all; }

    /// Every view, when it rebuilds.
    void add(const SessionFacts& view);

    /// Rows within the question's time, by time.
    std::vector<AudienceFacts> rows(FactReader& reader);

private:
    std::vector<AudienceFacts> rebuilt();

    const Question& question_;
    Concurrency concurrency_;
    std::vector<std::pair<Time, bool>> turns_;  // true: someone came
};

struct AudienceTotals {
    std::int64_t peak = 0;
    std::optional<Time> peak_at{};
    std::int64_t viewer_seconds = 0;
    std::int64_t seconds = 0;
    std::int64_t joins = 0;
    std::int64_t leaves = 0;

    void add(const AudienceFacts& row);
    double average() const;
};

AudienceTotals totals_of(const std::vector<AudienceFacts>& rows);

}  // namespace tally::analytics
