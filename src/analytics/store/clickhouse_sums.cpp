// A broadcast's views added up by ClickHouse: the summary of a million of them in a fraction of a second.
#include "analytics/query/view_totals.hpp"
#include "analytics/store/clickhouse_keys.hpp"
#include "analytics/store/clickhouse_reader.hpp"

namespace tally::analytics {

namespace {

// What is added up, and the members that it becomes. One pass each: passes that read few columns are cheaper
// than one that decides for each view which sums it is in. Groups have numbers of 8 or 16 bits, which
// ClickHouse finds without hashing.
constexpr std::string_view sums_of_counted =
    "count(), countIf(exit = 'fatal'), countIf(exit = 'ebvs'), sum(beaconed), sum(edge_observed),"
    " sum(play_ms), sum(rebuffer_ms), sum(rebuffers), sum(bitrate_kbps_ms), sum(bitrate_ms), sum(bytes),"
    " countIf(score >= 0), sumIf(score, score >= 0)";

constexpr auto counted_members = std::to_array<std::int64_t ViewTotals::*>({
    &ViewTotals::attempts,
    &ViewTotals::failures,
    &ViewTotals::left_waiting,
    &ViewTotals::beaconed,
    &ViewTotals::edge_observed,
});

constexpr auto counter_members = std::to_array<std::int64_t Counters::*>({
    &Counters::play_ms,
    &Counters::rebuffer_ms,
    &Counters::rebuffers,
    &Counters::bitrate_kbps_ms,
    &Counters::bitrate_ms,
    &Counters::bytes,
});

constexpr std::string_view sums_of_started =
    "countIf(play_ms >= 10000), countIf(play_ms >= 10000 and seen * 100 >= available * 90), sum(seen),"
    " sum(available)";

constexpr auto started_members = std::to_array<std::int64_t ViewTotals::*>({
    &ViewTotals::lasting_views,
    &ViewTotals::completed_views,
    &ViewTotals::unique_media_ms,
    &ViewTotals::available_media_ms,
});

template <class T>
T next(RowReader& reader) {
    T value{};
    reader >> value;
    return value;
}

std::int64_t milliseconds(Time time) {
    return time.time_since_epoch().count();
}

/// Of the bins of a view (0002_bins_of_views.sql).
constexpr std::int64_t no_bin = -32'768;
constexpr std::int64_t zero_bin = -32'767;

}  // namespace

/// Numbers that are final alone: all views are over, and no row that is newer is among those that go on.
bool ClickHouseReader::add_up(const Question& question, Viewing& to) {
    if (!question.settled() || !question.common.plain()) return false;
    const auto views =
        fmt::format("from sessions where open = 0 and broadcast = {}", number_of(question.broadcast.id));
    if (has_repeated_views(views)) return false;
    // As Question::counts() has them when nothing but the whole is asked for.
    const auto counted = views + " and counts > 0";
    const auto started = views + " and counts = 2";
    add_counted(views, to.totals);
    add_started(started, question, to.totals);
    add_profiles(started, to);
    add_viewers(started, to.totals.viewers);
    add_bins(counted, "startup_bin", "count()", to.totals.startup_ms);
    add_bins(started, "watch_bin", "count()", to.totals.watch_ms);
    add_bins(counted, "latency_bin", "sum(latency_samples)", to.totals.latency_ms);
    return true;
}

/// Before rows of the same view are merged, as after a batch that was written again, only a merging read is
/// right. Keys are spread evenly and come in order: small sets, one after the other, are told apart soonest.
bool ClickHouseReader::has_repeated_views(const std::string& views) {
    const auto answer = select(fmt::format(
        "select sum(rows), sum(views) from (select count() as rows, uniqExact(session) as views {} group by"
        " toUInt8(bitShiftRight(session, 56)))",
        views
    ));
    std::uint64_t rows = 0;
    std::uint64_t sessions = 0;
    RowReader(answer) >> rows >> sessions;
    return rows != sessions;
}

/// Invalid views are counted, and otherwise left out.
void ClickHouseReader::add_counted(const std::string& views, ViewTotals& to) {
    const auto answer = select(fmt::format(
        "select validity, {} {} and exit != 'abandoned' group by validity", sums_of_counted, views
    ));
    for (RowReader reader(answer); reader.more();) {
        const auto validity = next<Validity>(reader);
        ViewTotals sums;
        for (const auto member : counted_members)
            sums.*member = next<std::int64_t>(reader);
        for (const auto member : counter_members)
            sums.counters.*member = next<std::int64_t>(reader);
        sums.scores.views = next<std::int64_t>(reader);
        sums.scores.total = next<double>(reader);
        if (validity == Validity::invalid) {
            to.invalid = sums.attempts;
            continue;
        }
        if (validity == Validity::suspect) to.suspect = sums.attempts;
        for (const auto member : counted_members)
            to.*member += sums.*member;
        to.counters += sums.counters;
        to.scores.views += sums.scores.views;
        to.scores.total += sums.scores.total;
    }
}

void ClickHouseReader::add_started(const std::string& views, const Question& question, ViewTotals& to) {
    const auto answer = select(fmt::format(
        "select {} from (select play_ms, greatest(toInt64({}) - greatest(assumeNotNull(first_frame),"
        " toInt64({})), toInt64(0)) as available, least(unique_media_ms, available) as seen {})",
        sums_of_started,
        milliseconds(question.broadcast.end(question.now)),
        milliseconds(question.broadcast.begin()),
        views
    ));
    RowReader reader(answer);
    for (const auto member : started_members)
        to.*member = next<std::int64_t>(reader);
}

void ClickHouseReader::add_profiles(const std::string& views, Viewing& to) {
    const auto answer = select(fmt::format(
        "select country, device, sum(count) from (select profile as id, count() as count {} group by id) any"
        " inner join (select id, country, device from profiles) using id group by country, device",
        views
    ));
    for (RowReader reader(answer); reader.more();) {
        const auto country = next<std::string>(reader);
        const auto device = next<std::string>(reader);
        const auto count = next<std::int64_t>(reader);
        to.totals.views += count;
        to.countries[country] += count;
        to.devices[device] += count;
    }
}

/// Of many, the smallest hash in each register of the sketch: it has the most leading zeros there, and makes
/// the register what all of them would.
void ClickHouseReader::add_viewers(const std::string& views, DistinctCount& to) {
    const auto hashes = fmt::format("from (select if(viewer != 0, viewer, session) as hash {})", views);
    const auto add = [&](const std::string& answer) {
        for (RowReader reader(answer); reader.more();) {
            std::uint64_t hash = 0;
            reader >> hash;
            to.add(hash);
        }
    };
    add(select(fmt::format("select distinct hash {} limit {}", hashes, DistinctCount::exact_limit + 1)));
    if (!to.exact())
        add(select(fmt::format("select min(hash) {} group by toUInt16(bitShiftRight(hash, 50))", hashes)));
}

/// By the sketch's own bins: any value of a bin stands for all of them.
void ClickHouseReader::add_bins(
    const std::string& views, std::string_view bin, std::string_view weight, Quantiles& to
) {
    const auto answer =
        select(fmt::format("select toInt64({0}), toUInt64({1}) {2} group by {0}", bin, weight, views));
    for (RowReader reader(answer); reader.more();) {
        const auto index = next<std::int64_t>(reader);
        const auto count = next<std::uint64_t>(reader);
        if (index == no_bin) continue;
        to.add(index == zero_bin ? 0 : Quantiles::value_of(static_cast<std::int32_t>(index)), count);
    }
}

}  // namespace tally::analytics
