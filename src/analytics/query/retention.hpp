// Which part of a broadcast was watched by how many, and where they left (analytics.md 2.2).
#pragma once

#include "analytics/query/figures.hpp"
#include "analytics/query/question.hpp"

#include <vector>

namespace tally::analytics {

struct RetentionBucket {
    Time time{};               // its start
    std::int64_t viewers = 0;  // views that played some of it
    std::int64_t plays = 0;    // times that it was played
    std::int64_t joined = 0;   // views that began in it or before
    std::int64_t joins = 0;
    std::int64_t leaves = 0;
};

class Retention {
public:
    explicit Retention(const Question& question);

    void add(const SessionFacts& view);

    /// Once all is added: every bucket of the time that was asked for.
    std::vector<RetentionBucket> finish();

    std::chrono::seconds interval() const;

private:
    /// Where a media bucket or a time falls; clamped to the series.
    std::size_t bucket_of(std::int64_t media) const;
    void add_run(std::int64_t from, std::int64_t to, std::int64_t RetentionBucket::* member);

    Time start_;
    Time end_;
    std::int64_t first_ = 0;   // media bucket of buckets_[0]
    std::int64_t merged_ = 1;  // media buckets in each of ours
    std::vector<RetentionBucket> buckets_;
};

json::array retention_rows(const std::vector<RetentionBucket>& buckets, const Question& question);
/// Buckets of `length` in which far more left than in the ten minutes before and after, with the alerts of
/// that time.
json::array drop_offs(
    const std::vector<RetentionBucket>& buckets, std::chrono::seconds length, const Question& question
);

}  // namespace tally::analytics
