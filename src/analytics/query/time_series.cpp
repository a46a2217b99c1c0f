#include "analytics/query/time_series.hpp"

#include "analytics/query/audience.hpp"

#include <unordered_set>

namespace tally::analytics {

namespace {

constexpr std::chrono::seconds one_minute{60};
constexpr auto known_metrics = std::to_array<std::string_view>({
    "viewers",
    "peakViewers",
    "minViewers",
    "joins",
    "leaves",
    "uniqueViewersCumulative",
    "watchTimeSeconds",
    "bufferingRate",
    "averageBitrate",
});

struct Bucket {
    AudienceTotals audience{};
    std::optional<std::int64_t> least{};
    std::int64_t arrivals = 0;  // viewers seen for the first time
    std::optional<Counters> sums{};
};

class Buckets {
public:
    Buckets(const Question& question, std::chrono::seconds interval)
        : offset_(question.common.utc_offset),
          interval_(interval) {
        for (auto time = start_of(question.from()); time < question.to(); time += interval)
            buckets_.emplace(time, Bucket{});
    }

    /// Null outside of what was asked for.
    Bucket* at(Time time) {
        const auto found = buckets_.find(start_of(time));
        return found == buckets_.end() ? nullptr : &found->second;
    }

    const std::map<Time, Bucket>& all() const { return buckets_; }

private:
    /// Days begin where the caller lives.
    Time start_of(Time time) const {
        const auto local = time.time_since_epoch() + offset_;
        return Time(std::chrono::floor<std::chrono::seconds>(local) / interval_ * interval_ - offset_);
    }

    std::chrono::seconds offset_;
    Milliseconds interval_;
    std::map<Time, Bucket> buckets_;
};

/// When each viewer was seen first, and how many before the time asked for.
class Arrivals {
public:
    void add(const SessionFacts& view) { seen_.emplace_back(viewer_of(view), *view.first_frame); }

    std::int64_t count_into(Buckets& buckets, Time from) {
        std::ranges::sort(seen_);
        std::int64_t before = 0;
        for (std::size_t i = 0; i < seen_.size(); ++i) {
            if (i > 0 && seen_[i].first == seen_[i - 1].first) continue;
            if (auto* bucket = buckets.at(seen_[i].second))
                ++bucket->arrivals;
            else if (seen_[i].second < from)
                ++before;
        }
        return before;
    }

private:
    std::vector<std::pair<std::uint64_t, Time>> seen_;
};

/// A row that began before `from` counts where that is.
void add_audience(Buckets& buckets, std::span<const AudienceFacts> rows, Time from) {
    for (const auto& row : rows) {
        auto* bucket = buckets.at(row.time);
        if (!bucket) bucket = buckets.at(std::max(row.time, from));
        if (!bucket || row.seconds == 0) continue;
        bucket->audience.add(row);
        bucket->least = std::min(bucket->least.value_or(row.min_viewers), row.min_viewers);
    }
}

void add_play_time(Buckets& buckets, std::span<const MinuteTotals> minutes) {
    for (const auto& minute : minutes) {
        auto* bucket = buckets.at(minute.minute);
        if (!bucket) continue;
        if (!bucket->sums) bucket->sums.emplace();
        *bucket->sums += minute.counters;
    }
}

json::object point_of(Time time, const Bucket& bucket, std::int64_t uniques) {
    const auto& audience = bucket.audience;
    const bool observed = audience.seconds > 0;
    const auto known = [&](json::value value) { return observed ? std::move(value) : json::value(nullptr); };
    json::object point{
        {"t", to_rfc3339(time)},
        {"viewers", known(audience.average())},
        {"peakViewers", known(audience.peak)},
        {"minViewers", known(bucket.least.value_or(0))},
        {"joins", known(audience.joins)},
        {"leaves", known(audience.leaves)},
        {"uniqueViewersCumulative", known(uniques)},
        {"watchTimeSeconds", nullptr},
        {"bufferingRate", nullptr},
        {"averageBitrate", nullptr},
    };
    if (bucket.sums) {
        const auto& sums = *bucket.sums;
        point["watchTimeSeconds"] = seconds(sums.play_ms);
        point["bufferingRate"] = ratio(sums.rebuffer_ms, sums.play_ms + sums.rebuffer_ms);
        point["averageBitrate"] = average(sums.bitrate_kbps_ms, sums.bitrate_ms, 1);
    }
    return point;
}

void keep_only(json::object& point, const std::vector<std::string>& wanted) {
    if (wanted.empty()) return;
    for (const auto metric : known_metrics)
        if (std::ranges::find(wanted, metric) == wanted.end()) point.erase(metric);
}

json::object peak_of(const AudienceTotals& totals) {
    return {
        {"t", totals.peak_at ? json::value(to_rfc3339(*totals.peak_at)) : json::value(nullptr)},
        {"viewers", totals.peak},
    };
}

}  // namespace

std::span<const std::string_view> series_metrics() {
    return known_metrics;
}

json::object time_series(FactReader& reader, const Question& question, const SeriesRequest& request) {
    Buckets buckets(question, request.interval);
    Evidence evidence;
    AudienceSource source(question);
    Arrivals arrivals;
    std::unordered_set<SessionKey> chosen;
    const auto columns = question.columns(ViewColumns::marks);
    reader.sessions(question.broadcast.id, columns, [&](const SessionFacts& view) {
        evidence.add(view, question);
        source.add(view);
        if (!question.counts(view)) return;
        if (view.first_frame) arrivals.add(view);
        if (source.rebuilds()) chosen.insert(view.session);
    });
    const auto rows = source.rows(reader);
    add_audience(buckets, rows, question.from());
    // Minutes are the finest that sums of play time are kept in.
    if (request.interval >= one_minute) {
        const auto id = question.broadcast.id;
        add_play_time(
            buckets,
            source.rebuilds() ? reader.minutes_of(id, [&](SessionKey key) { return chosen.contains(key); })
                              : reader.minutes(id)
        );
    }
    auto uniques = arrivals.count_into(buckets, question.from());
    json::array points;
    for (const auto& [time, bucket] : buckets.all()) {
        uniques += bucket.arrivals;
        auto point = point_of(time, bucket, uniques);
        keep_only(point, request.metrics);
        points.push_back(std::move(point));
    }
    auto answer = envelope(question, evidence, reader.losses(question.broadcast.id));
    answer["interval"] = interval_text(request.interval);
    answer["intervalSeconds"] = request.interval.count();
    answer["timezone"] = question.common.timezone;
    answer["points"] = std::move(points);
    answer["peak"] = peak_of(totals_of(rows));
    return answer;
}

}  // namespace tally::analytics
