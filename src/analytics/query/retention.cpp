#include "analytics/query/retention.hpp"

#include "analytics/sketch/statistics.hpp"

namespace tally::analytics {

namespace {

constexpr Milliseconds patience{30'000};  // how long viewers may wait before they leave
constexpr double notable_z = 3;
constexpr std::chrono::minutes around{10};
/// Fewer than this leave all the time.
constexpr std::int64_t fewest_lost = 5;

std::int64_t media_bucket_of(Time time) {
    return time.time_since_epoch() / media_bucket;
}

}  // namespace

Retention::Retention(const Question& question)
    : start_(question.from()),
      end_(question.to()),
      first_(media_bucket_of(start_)) {
    const auto count = media_bucket_of(end_) - first_ + 1;
    merged_ = (count + static_cast<std::int64_t>(bucket_limit) - 1) / static_cast<std::int64_t>(bucket_limit);
    buckets_.resize(static_cast<std::size_t>((count + merged_ - 1) / merged_) + 1);
    for (std::size_t i = 0; i < buckets_.size(); ++i)
        buckets_[i].time = Time((first_ + static_cast<std::int64_t>(i) * merged_) * media_bucket);
}

std::chrono::seconds Retention::interval() const {
    return std::chrono::duration_cast<std::chrono::seconds>(merged_ * media_bucket);
}

std::size_t Retention::bucket_of(std::int64_t media) const {
    const auto at = (media - first_) / merged_;
    return static_cast<std::size_t>(std::clamp<std::int64_t>(at, 0, std::ssize(buckets_) - 1));
}

/// As differences: finish() adds them up.
void Retention::add_run(std::int64_t from, std::int64_t to, std::int64_t RetentionBucket::* member) {
    if (to <= first_ || from >= to) return;
    const auto begin = bucket_of(from);
    const auto end = std::max(bucket_of(to - 1) + 1, begin + 1);
    buckets_[begin].*member += 1;
    if (end < buckets_.size()) buckets_[end].*member -= 1;
}

void Retention::add(const SessionFacts& view) {
    ++buckets_[bucket_of(media_bucket_of(*view.first_frame))].joins;
    // Who stays to the end is not lost.
    if (view.ended && *view.ended < end_) ++buckets_[bucket_of(media_bucket_of(*view.ended))].leaves;
    auto runs = view.played;
    std::ranges::sort(runs, {}, &PlayedRun::from);
    for (std::size_t i = 0; i < runs.size();) {
        auto merged = runs[i];
        for (; i < runs.size() && runs[i].from <= merged.to; ++i) {
            merged.to = std::max(merged.to, runs[i].to);
            add_run(runs[i].from, runs[i].to, &RetentionBucket::plays);
        }
        add_run(merged.from, merged.to, &RetentionBucket::viewers);
    }
}

std::vector<RetentionBucket> Retention::finish() {
    std::int64_t joined = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        auto& bucket = buckets_[i];
        bucket.joined = joined += bucket.joins;
        if (i == 0) continue;
        bucket.viewers += buckets_[i - 1].viewers;
        bucket.plays += buckets_[i - 1].plays;
    }
    std::erase_if(buckets_, [this](const RetentionBucket& bucket) { return bucket.time >= end_; });
    return std::move(buckets_);
}

json::array retention_rows(const std::vector<RetentionBucket>& buckets, const Question& question) {
    const auto views = buckets.empty() ? 0 : buckets.back().joined;
    json::array rows;
    for (const auto& bucket : buckets) {
        rows.push_back({
            {"mediaTime", std::max(0.0, question.media_time(bucket.time))},
            {"t", to_rfc3339(bucket.time)},
            {"viewers", bucket.viewers},
            {"audienceWatchRatio", ratio(bucket.plays, views)},
            {"retention", std::min(1.0, ratio(bucket.viewers, bucket.joined))},
            {"joins", bucket.joins},
            {"leaves", bucket.leaves},
            {"dropOffRate", std::min(1.0, ratio(bucket.leaves, bucket.viewers))},
        });
    }
    return rows;
}

namespace {

json::array alerts_within(Time from, Time to, const Question& question) {
    json::array ids;
    for (const auto& alert : question.broadcast.alerts)
        if (alert.from < to && alert.to >= from) ids.emplace_back(alert.id);
    return ids;
}

}  // namespace

json::array drop_offs(
    const std::vector<RetentionBucket>& buckets, std::chrono::seconds length, const Question& question
) {
    std::vector<double> rates;
    rates.reserve(buckets.size());
    for (const auto& bucket : buckets)
        rates.push_back(ratio(bucket.leaves, bucket.viewers));
    json::array out;
    std::size_t from = 0;
    std::size_t to = 0;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        while (buckets[from].time + around < buckets[i].time)
            ++from;
        while (to < buckets.size() && buckets[to].time <= buckets[i].time + around)
            ++to;
        if (buckets[i].leaves < fewest_lost) continue;
        const std::vector<double> near(
            rates.begin() + static_cast<std::ptrdiff_t>(from), rates.begin() + static_cast<std::ptrdiff_t>(to)
        );
        // Where nobody leaves otherwise, a departure of 1 % is one deviation.
        const double spread = std::max(1.4826 * median_deviation(near).value_or(0), 0.01);
        const double z = (rates[i] - median(near).value_or(0)) / spread;
        if (z < notable_z) continue;
        out.push_back({
            {"mediaTime", std::max(0.0, question.media_time(buckets[i].time))},
            {"t", to_rfc3339(buckets[i].time)},
            {"lost", buckets[i].leaves},
            {"share", std::min(1.0, rates[i])},
            {"zScore", rounded(z, 2)},
            {"coincidentAlerts", alerts_within(buckets[i].time - patience, buckets[i].time + length, question)
            },
        });
    }
    return out;
}

}  // namespace tally::analytics
