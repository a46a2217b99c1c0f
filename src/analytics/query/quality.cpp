#include "analytics/query/quality.hpp"

#include "analytics/query/group.hpp"
#include "analytics/query/score.hpp"

#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include <ranges>
#include <unordered_set>

namespace tally::analytics {

namespace {

constexpr std::size_t most_errors = 50;
constexpr std::size_t most_worst = 5;
constexpr auto blamed = std::to_array<std::string_view>(
    {"asn", "country", "device", "os", "browser", "player", "connection", "cdn"}
);

class Errors {
public:
    void add(const SessionFacts& view) {
        for (const auto& error : view.errors) {
            auto& row = rows_[{error.code, error.fatal}];
            row.count += error.count;
            ++row.views;
        }
    }

    json::array list(std::int64_t attempts) const {
        std::vector<std::pair<Key, Row>> order(rows_.begin(), rows_.end());
        std::ranges::sort(order, std::greater(), [](const auto& each) {
            return std::pair(each.second.count, each.first);
        });
        json::array out;
        for (const auto& [key, row] : order | std::views::take(most_errors)) {
            out.push_back({
                {"code", key.first},
                {"fatal", key.second},
                {"count", row.count},
                {"views", row.views},
                {"share", ratio(row.views, attempts)},
            });
        }
        return out;
    }

private:
    using Key = std::pair<std::string, bool>;

    struct Row {
        std::int64_t count = 0;
        std::int64_t views = 0;
    };

    std::map<Key, Row> rows_;
};

/// Which values of which dimension pull the buffering rate up: views times the distance from the whole.
class Worst {
public:
    void add(const SessionFacts& view) {
        by_profile_[view.dimensions] +=
            {.views = 1, .play_ms = view.counters.play_ms, .rebuffer_ms = view.counters.rebuffer_ms};
    }

    json::array list(double whole) const {
        const auto rows = by_value();
        std::vector<std::pair<double, const Rows::value_type*>> order;
        for (const auto& each : rows) {
            const auto impact = static_cast<double>(each.second.views) * (rate(each.second) - whole);
            if (std::cmp_greater_equal(each.second.views, smallest_cell) && impact > 0)
                order.emplace_back(impact, &each);
        }
        std::ranges::sort(order, std::greater());
        json::array out;
        for (const auto& [impact, each] : order | std::views::take(most_worst)) {
            out.push_back({
                {"dimension", each->first.first},
                {"value", each->first.second},
                {"views", each->second.views},
                {"bufferingRate", rate(each->second)},
                {"impact", rounded(impact, 1)},
            });
        }
        return out;
    }

private:
    struct Row {
        std::int64_t views = 0;
        std::int64_t play_ms = 0;
        std::int64_t rebuffer_ms = 0;

        Row& operator+=(const Row& more) {
            views += more.views;
            play_ms += more.play_ms;
            rebuffer_ms += more.rebuffer_ms;
            return *this;
        }
    };

    using Rows = std::map<std::pair<std::string_view, std::string>, Row>;

    static double rate(const Row& row) { return ratio(row.rebuffer_ms, row.play_ms + row.rebuffer_ms); }

    /// Profiles are few beside the views.
    Rows by_value() const {
        Rows rows;
        for (const auto& [profile, row] : by_profile_)
            for (const auto dimension : blamed)
                if (auto value = dimension_text(profile, dimension); !value.empty())
                    rows[{dimension, std::move(value)}] += row;
        return rows;
    }

    boost::unordered_flat_map<Dimensions, Row> by_profile_;
};

class Resolutions {
public:
    void add(const SessionFacts& view) {
        for (const auto& rendition : view.renditions)
            play_ms_[rendition.height] += rendition.play_ms;
    }

    json::array list() const {
        std::int64_t all = 0;
        for (const auto& [height, play_ms] : play_ms_)
            all += play_ms;
        json::array out;
        for (const auto& [height, play_ms] : play_ms_)
            out.push_back({{"name", fmt::format("{}p", height)}, {"share", ratio(play_ms, all)}});
        return out;
    }

private:
    std::map<std::int64_t, std::int64_t, std::greater<>> play_ms_;
};

json::object series(
    const std::vector<MinuteTotals>& minutes,
    const std::map<Time, Quantiles>& startups,
    const Question& question
) {
    json::array points;
    for (const auto& minute : minutes) {
        if (minute.minute + std::chrono::minutes(1) <= question.from() || minute.minute >= question.to())
            continue;
        const auto& sums = minute.counters;
        const auto startup = startups.find(minute.minute);
        points.push_back({
            {"t", to_rfc3339(minute.minute)},
            {"bufferingRate", ratio(sums.rebuffer_ms, sums.play_ms + sums.rebuffer_ms)},
            {"averageBitrate", average(sums.bitrate_kbps_ms, sums.bitrate_ms, 1)},
            {"startupP95",
             startup == startups.end() ? json::value(nullptr) : quantile(startup->second, 0.95, 1, 0)},
        });
    }
    return {{"intervalSeconds", 60}, {"points", std::move(points)}};
}

json::object percentiles(
    const Quantiles& sketch,
    std::initializer_list<std::pair<const char*, double>> asked,
    double unit,
    int digits
) {
    json::object out;
    for (const auto& [name, q] : asked)
        out[name] = quantile(sketch, q, unit, digits);
    return out;
}

void add_stalls(json::object& to, const ViewTotals& totals) {
    const auto& sums = totals.counters;
    const auto hours = seconds(sums.play_ms) / 3600;
    to["bufferingRate"] = ratio(sums.rebuffer_ms, sums.play_ms + sums.rebuffer_ms);
    to["rebufferCount"] = sums.rebuffers;
    to["rebufferCountPerView"] = ratio(sums.rebuffers, totals.views);
    to["rebufferFrequencyPerHour"] = ratio(sums.rebuffers, hours);
    to["rebufferDurationMs"] = percentiles(totals.rebuffer_ms, {{"p50", 0.5}, {"p95", 0.95}}, 1, 0);
    to["viewsWithRebuffering"] = ratio(totals.views_with_rebuffering, totals.views);
    to["microStalls"] = sums.micro_stalls;
    auto startup = percentiles(
        totals.startup_ms, {{"p50", 0.5}, {"p75", 0.75}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}}, 1, 0
    );
    startup["unit"] = "ms";
    startup["samples"] = totals.startup_ms.count();
    startup["relativeError"] = Quantiles::relative_error;
    to["startupTime"] = std::move(startup);
}

void add_picture(json::object& to, const ViewTotals& totals) {
    const auto& sums = totals.counters;
    to["averageBitrate"] = average(sums.bitrate_kbps_ms, sums.bitrate_ms, 1);
    to["bitrate"] = percentiles(totals.bitrate_kbps, {{"p5", 0.05}, {"p50", 0.5}, {"p95", 0.95}}, 1, 0);
    to["bitrate"].as_object()["unit"] = "kbps";
    to["deliveredBitrate"] = average(sums.bytes * 8, sums.play_ms, 1);
    to["measuredThroughput"] = percentiles(totals.throughput_kbps, {{"p5", 0.05}, {"p50", 0.5}}, 1, 0);
    to["qualitySwitches"] = {
        {"up", sums.switches_up},
        {"down", sums.switches_down},
        {"perViewHour", ratio(sums.switches_up + sums.switches_down, seconds(sums.play_ms) / 3600)},
    };
    to["droppedFrameRatio"] = ratio(sums.dropped_frames, sums.total_frames);
    to["latency"] = percentiles(totals.latency_ms, {{"p50", 0.5}, {"p95", 0.95}}, 1000, 3);
    to["latency"].as_object()["unit"] = "s";
}

void add_failures(json::object& to, const ViewTotals& totals) {
    to["errorRate"] = ratio(totals.views_with_errors, totals.attempts);
    to["playbackFailureRate"] = ratio(totals.failures, totals.attempts);
    to["videoStartFailureRate"] = ratio(totals.start_failures, totals.attempts);
    to["exitBeforeVideoStartRate"] = ratio(totals.left_waiting, totals.attempts);
}

void add_scores(json::object& to, const ScoreSums& sums) {
    to["viewerExperienceScore"] = average(sums.total, sums.views, 1);
    to["scores"] = {
        {"playbackSuccess", average(sums.playback_success, sums.views, 1)},
        {"startup", average(sums.startup, sums.views, 1)},
        {"smoothness", average(sums.smoothness, sums.views, 1)},
        {"videoQuality", average(sums.video_quality, sums.views, 1)},
        {"scoredViews", sums.views},
    };
    to["scoreVersion"] = score_version;
}

std::vector<MinuteTotals> minutes_for(
    FactReader& reader, const Question& question, const std::unordered_set<SessionKey>& chosen
) {
    if (question.common.filter.empty() && !question.common.all) return reader.minutes(question.broadcast.id);
    return reader.minutes_of(question.broadcast.id, [&](SessionKey key) { return chosen.contains(key); });
}

}  // namespace

json::object quality_answer(FactReader& reader, const Question& question) {
    ViewTotals totals;
    Errors errors;
    Worst worst;
    Resolutions resolutions;
    std::map<Time, Quantiles> startups;
    std::unordered_set<SessionKey> chosen;
    const bool some = !question.common.filter.empty() || question.common.all;
    const auto columns = question.columns(
        ViewColumns::place | ViewColumns::watching | ViewColumns::delivery | ViewColumns::trouble |
        ViewColumns::lists
    );
    reader.sessions(question.broadcast.id, columns, [&](const SessionFacts& view) {
        totals.add(view, question);
        if (!question.counts(view)) return;
        if (some) chosen.insert(view.session);
        errors.add(view);
        worst.add(view);
        resolutions.add(view);
        if (view.startup_ms)
            startups[std::chrono::floor<std::chrono::minutes>(view.started)].add(
                static_cast<double>(*view.startup_ms)
            );
    });
    auto answer = envelope(question, Evidence(totals), reader.losses(question.broadcast.id));
    answer["views"] = totals.views;
    answer["attempts"] = totals.attempts;
    add_stalls(answer, totals);
    add_picture(answer, totals);
    answer["resolutionShare"] = resolutions.list();
    add_failures(answer, totals);
    answer["errors"] = errors.list(totals.attempts);
    add_scores(answer, totals.scores);
    answer["worst"] = worst.list(answer["bufferingRate"].as_double());
    answer["series"] = series(minutes_for(reader, question, chosen), startups, question);
    return answer;
}

}  // namespace tally::analytics
