#include "analytics/query/engagement.hpp"

#include "analytics/sketch/hash_set.hpp"
#include "analytics/sketch/statistics.hpp"

#include <unordered_set>

namespace tally::analytics {

namespace {

using namespace std::chrono_literals;

constexpr auto series_interval = 30s;
constexpr auto moment_length = 10s;
constexpr double moment_z = 3;
constexpr std::size_t most_moments = 20;
constexpr auto returning_within = 28 * 24h;

/// What an answer calls the types, in order.
constexpr auto engagement_names = std::to_array<std::pair<Engagement, std::string_view>>({
    {Engagement::chat, "chat"},
    {Engagement::reaction, "reactions"},
    {Engagement::like, "likes"},
    {Engagement::share, "shares"},
    {Engagement::follow, "follows"},
    {Engagement::poll_vote, "pollVotes"},
    {Engagement::click, "clicks"},
    {Engagement::clip, "clips"},
    {Engagement::question, "questions"},
});

/// The views that an answer is about.
class Chosen {
public:
    explicit Chosen(const Question& question) : question_(question) {}

    void add(const SessionFacts& view) {
        const bool counts = question_.counts(view);
        if (counts && view.persistent_viewer) viewers_.insert(viewer_of(view));
        if (counts == filtered_) listed_.insert(view.session);
    }

    /// What is not known as a view matches no filter, and is left out by nothing else.
    bool has(SessionKey session) const { return listed_.contains(session) == filtered_; }

    bool has_viewer(ViewerKey viewer) const { return viewers_.contains(viewer); }

private:
    const Question& question_;
    const bool filtered_ = !question_.common.filter.empty();
    HashSet listed_;  // with a filter, the views that count; without, those that do not
    HashSet viewers_;
};

struct Interval {
    std::int64_t interactions = 0;
    std::unordered_set<std::uint64_t> viewers{};
};

class Interactions {
public:
    Interactions(const Question& question, const Chosen& chosen) : question_(question), chosen_(chosen) {}

    void add(const EngagementEvent& event) {
        if (event.time < question_.from() || event.time > question_.to()) return;
        if (!chosen_.has(event.session)) return;
        const auto viewer = event.viewer != 0 ? event.viewer : event.session;
        ++by_type_[event.type];
        ++total_;
        viewers_.add(viewer);
        auto& interval = intervals_[bucket(event.time, series_interval)];
        ++interval.interactions;
        interval.viewers.insert(viewer);
        ++moments_[bucket(event.time, moment_length)];
    }

    std::int64_t total() const { return total_; }

    std::int64_t count(Engagement type) const {
        const auto found = by_type_.find(type);
        return found == by_type_.end() ? 0 : found->second;
    }

    const DistinctCount& viewers() const { return viewers_; }

    json::object by_type() const {
        json::object out;
        for (const auto& [type, name] : engagement_names)
            out[name] = count(type);
        out["total"] = total_;
        return out;
    }

    /// Ten seconds with far more interactions than is usual for this broadcast.
    json::array moments() const {
        const auto usual = every_moment();
        json::array out;
        for (const auto& [time, count] : moments_) {
            // Where nearly nothing ever happens, deviations are measured in interactions.
            const double spread = 1.4826 * median_deviation(usual).value_or(0);
            const double z = (static_cast<double>(count) - median(usual).value_or(0)) / std::max(spread, 1.0);
            if (z < moment_z || out.size() == most_moments) continue;
            out.push_back({
                {"mediaTime", std::max(0.0, question_.media_time(time))},
                {"t", to_rfc3339(time)},
                {"interactions", count},
                {"zScore", rounded(z, 2)},
            });
        }
        return out;
    }

    json::object series() const {
        json::array points;
        for (const auto& [time, interval] : intervals_) {
            points.push_back({
                {"t", to_rfc3339(time)},
                {"interactions", interval.interactions},
                {"engagedViewers", interval.viewers.size()},
            });
        }
        return {{"intervalSeconds", series_interval.count()}, {"points", std::move(points)}};
    }

private:
    static Time bucket(Time time, Milliseconds width) {
        return Time(time.time_since_epoch() / width * width);
    }

    /// Also those in which nothing happened.
    std::vector<double> every_moment() const {
        const auto count = static_cast<std::size_t>((question_.to() - question_.from()) / moment_length) + 1;
        std::vector<double> all(std::max(std::min<std::size_t>(count, 100'000), moments_.size()), 0);
        std::size_t i = 0;
        for (const auto& [time, interactions] : moments_)
            all[i++] = static_cast<double>(interactions);
        return all;
    }

    const Question& question_;
    const Chosen& chosen_;
    std::map<Engagement, std::int64_t> by_type_;
    std::map<Time, Interval> intervals_;
    std::map<Time, std::int64_t> moments_;
    DistinctCount viewers_;
    std::int64_t total_ = 0;
};

std::uint64_t returning_viewers(FactReader& reader, const Question& question, const Chosen& chosen) {
    const auto& broadcast = question.broadcast;
    const auto since = broadcast.begin() - returning_within;
    DistinctCount viewers;
    reader.returning_viewers(broadcast.id, broadcast.channel, since, [&](ViewerKey viewer) {
        if (chosen.has_viewer(viewer)) viewers.add(viewer);
    });
    return viewers.count();
}

}  // namespace

json::object engagement_answer(FactReader& reader, const Question& question) {
    ViewTotals totals;
    Chosen chosen(question);
    const auto columns = question.columns(ViewColumns::watching);
    reader.sessions(question.broadcast.id, columns, [&](const SessionFacts& view) {
        totals.add(view, question);
        chosen.add(view);
    });
    Interactions interactions(question, chosen);
    reader.engagement(question.broadcast.id, [&](const EngagementEvent& event) { interactions.add(event); });
    const auto losses = reader.losses(question.broadcast.id);
    const auto known = totals.persistent_viewers.count();
    const auto returning = known > 0 ? returning_viewers(reader, question, chosen) : 0;
    const auto uniques = totals.viewers.count();
    auto answer = envelope(question, Evidence(totals), losses, &totals.viewers);
    answer["engagementRate"] = ratio(interactions.viewers().count(), uniques);
    answer["engagedViewers"] = interactions.viewers().count();
    answer["uniqueViewers"] = uniques;
    answer["interactions"] = interactions.by_type();
    answer["interactionsPerViewerMinute"] =
        ratio(interactions.total(), seconds(totals.counters.play_ms) / 60);
    answer["chatRatePerMinute"] = ratio(interactions.count(Engagement::chat), question.live_seconds() / 60);
    answer["averageWatchTime"] = ratio(seconds(totals.counters.play_ms), totals.views);
    answer["returningViewerRate"] = ratio(returning, uniques);
    answer["returningCoverage"] = ratio(known, uniques);
    answer["moments"] = interactions.moments();
    answer["series"] = interactions.series();
    answer["rejected"] = {
        {"rateLimited", losses.engagement_limited}, {"duplicate", losses.engagement_duplicates}
    };
    return answer;
}

}  // namespace tally::analytics
