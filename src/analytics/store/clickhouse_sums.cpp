// A broadcast's views added up by ClickHouse: the summary of a million of them in a fraction of a second.
#include "analytics/query/view_totals.hpp"
#include "analytics/store/clickhouse_keys.hpp"
#include "analytics/store/clickhouse_reader.hpp"

namespace tally::analytics {

namespace {

/// So many as a statement may name.
constexpr std::size_t most_repeated = 5000;

/// Of the bins of a view (0002_bins_of_views.sql).
constexpr std::int64_t no_bin = -32'768;
constexpr std::int64_t zero_bin = -32'767;

/// What is added up of the views of each kind, and the members that it becomes. One pass, that decides for no
/// view which sums it is in: groups by a number of 8 bits are found without hashing.
constexpr std::string_view sums_of_a_kind =
    "count(), sum(play_ms), sum(rebuffer_ms), sum(rebuffers), sum(bitrate_kbps_ms), sum(bitrate_ms),"
    " sum(bytes), countIf(score >= 0), sumIf(score, score >= 0)";
constexpr std::string_view sums_of_media =
    "countIf(play_ms >= 10000), countIf(play_ms >= 10000 and seen * 100 >= available * 90), sum(seen),"
    " sum(available)";

constexpr auto counter_members = std::to_array<std::int64_t Counters::*>({
    &Counters::play_ms,
    &Counters::rebuffer_ms,
    &Counters::rebuffers,
    &Counters::bitrate_kbps_ms,
    &Counters::bitrate_ms,
    &Counters::bytes,
});

constexpr auto media_members = std::to_array<std::int64_t ViewTotals::*>({
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

/// What is only counted of a view (0003_kinds_of_views.sql).
class Kind {
public:
    explicit Kind(std::uint8_t number) : number_(number) {}

    Exit exit() const { return static_cast<Exit>(number_ & 7U); }

    Validity validity() const { return static_cast<Validity>(number_ >> 3U & 3U); }

    bool started() const { return (number_ & 32U) != 0; }

    bool beaconed() const { return (number_ & 64U) != 0; }

    bool edge_observed() const { return (number_ & 128U) != 0; }

private:
    unsigned number_;
};

/// By the first bits of the keys, which are spread evenly and come in order: small sets, one after the other,
/// are told apart soonest.
std::string rows_and_views(const std::string& views) {
    return fmt::format(
        "select toUInt8(bitShiftRight(session, 56)) as range, count(), uniqExact(session) {} group by range",
        views
    );
}

/// Where views have several rows that are not merged yet, as after a batch that was written again, or a
/// report that came late.
std::vector<std::uint8_t> repeating_ranges(const std::string& counts) {
    std::vector<std::uint8_t> ranges;
    for (RowReader reader(counts); reader.more();) {
        const auto range = next<std::uint8_t>(reader);
        const auto rows = next<std::uint64_t>(reader);
        if (rows != next<std::uint64_t>(reader)) ranges.push_back(range);
    }
    return ranges;
}

std::string kinds(const std::string& views) {
    return fmt::format("select kind, {} {} group by kind", sums_of_a_kind, views);
}

/// Of all in which the views of `kind` are.
void add_members(RowReader& reader, Kind kind, ViewTotals& to) {
    const auto count = next<std::int64_t>(reader);
    to.attempts += count;
    to.suspect += kind.validity() == Validity::suspect ? count : 0;
    to.failures += kind.exit() == Exit::fatal ? count : 0;
    to.left_waiting += kind.exit() == Exit::ebvs ? count : 0;
    to.beaconed += kind.beaconed() ? count : 0;
    to.edge_observed += kind.edge_observed() ? count : 0;
    to.views += kind.started() ? count : 0;
    for (const auto member : counter_members)
        to.counters.*member += next<std::int64_t>(reader);
    to.scores.views += next<std::int64_t>(reader);
    to.scores.total += next<double>(reader);
}

/// Invalid views are counted, and otherwise left out.
void add_kinds(const std::string& answer, ViewTotals& to) {
    for (RowReader reader(answer); reader.more();) {
        const Kind kind(next<std::uint8_t>(reader));
        ViewTotals left_out;
        const bool abandoned = kind.exit() == Exit::abandoned;
        const bool invalid = kind.validity() == Validity::invalid;
        add_members(reader, kind, abandoned || invalid ? left_out : to);
        if (invalid && !abandoned) to.invalid += left_out.attempts;
    }
}

std::string media(const std::string& views, const Question& question) {
    return fmt::format(
        "with greatest(toInt64({}) - greatest(assumeNotNull(first_frame), toInt64({})), toInt64(0)) as"
        " available, least(unique_media_ms, available) as seen select {} {}",
        milliseconds(question.broadcast.end(question.now)),
        milliseconds(question.broadcast.begin()),
        sums_of_media,
        views
    );
}

void add_media(const std::string& answer, ViewTotals& to) {
    RowReader reader(answer);
    for (const auto member : media_members)
        to.*member = next<std::int64_t>(reader);
}

std::string profiles(const std::string& views) {
    return fmt::format(
        "select country, device, sum(count) from (select profile as id, count() as count {} group by id) any"
        " inner join (select id, country, device from profiles) using id group by country, device",
        views
    );
}

void add_profiles(const std::string& answer, Viewing& to) {
    for (RowReader reader(answer); reader.more();) {
        const auto country = next<std::string>(reader);
        const auto device = next<std::string>(reader);
        const auto count = next<std::int64_t>(reader);
        to.countries[country] += count;
        to.devices[device] += count;
    }
}

/// Those of viewers, of whom some are known by one view alone.
std::string hashes(const std::string& views) {
    return fmt::format("from (select if(viewer != 0, viewer, session) as hash {})", views);
}

/// The smallest hash in each register of the sketch: it has the most leading zeros there, and makes the
/// register what all of them would.
std::string least_hashes(const std::string& views) {
    return fmt::format("select min(hash) {} group by toUInt16(bitShiftRight(hash, 50))", hashes(views));
}

std::vector<std::uint64_t> to_numbers(const std::string& answer) {
    std::vector<std::uint64_t> found;
    for (RowReader reader(answer); reader.more();)
        reader >> found.emplace_back();
    return found;
}

/// By the sketch's own bins: any value of a bin stands for all of them.
std::string bins(const std::string& views, std::string_view bin, std::string_view weight) {
    return fmt::format("select toInt64({0}), toUInt64({1}) {2} group by {0}", bin, weight, views);
}

void add_bins(const std::string& answer, Quantiles& to) {
    for (RowReader reader(answer); reader.more();) {
        const auto index = next<std::int64_t>(reader);
        const auto count = next<std::uint64_t>(reader);
        if (index == no_bin) continue;
        to.add(index == zero_bin ? 0 : Quantiles::value_of(static_cast<std::int32_t>(index)), count);
    }
}

}  // namespace

/// Numbers that are final alone: all views are over, and no row that is newer is among those that go on. What
/// is repeated is left out of the sums and read merged.
bool ClickHouseReader::add_up(const Question& question, Viewing& to) {
    if (!question.settled() || !question.common.plain()) return false;
    const auto number = number_of(question.broadcast.id);
    const auto views = fmt::format("from sessions where open = 0 and broadcast = {}", number);
    const auto ranges = add_sums(views, question, to);
    if (ranges.empty()) return true;
    const auto repeated = to_numbers(select(fmt::format(
        "select session {} and toUInt8(bitShiftRight(session, 56)) in ({}) group by session having count() > "
        "1"
        " limit {}",
        views,
        fmt::join(ranges, ","),
        most_repeated + 1
    )));
    to = {};
    if (repeated.size() > most_repeated) return false;
    const auto keys = fmt::format("({})", fmt::join(repeated, ","));
    const bool single = add_sums(fmt::format("{} and session not in {}", views, keys), question, to).empty();
    if (!single) return to = {}, false;
    for (const auto& view : whole_sessions(fmt::format("broadcast = {} and session in {}", number, keys)))
        to.add(view, question);
    return true;
}

/// Right where no view has several rows: gives the ranges of keys where some have.
std::vector<std::uint8_t> ClickHouseReader::add_sums(
    const std::string& views, const Question& question, Viewing& to
) {
    // As Question::counts() has them when nothing but the whole is asked for.
    const auto counted = views + " and counts > 0";
    const auto started = views + " and counts = 2";
    const auto answers = select_together({
        rows_and_views(views),
        kinds(views),
        media(started, question),
        profiles(started),
        least_hashes(started),
        bins(counted, "startup_bin", "count()"),
        bins(started, "watch_bin", "count()"),
        bins(counted, "latency_bin", "sum(latency_samples)"),
    });
    add_kinds(answers[1], to.totals);
    add_media(answers[2], to.totals);
    add_profiles(answers[3], to);
    to.totals.viewers = viewers_of(started, to_numbers(answers[4]));
    add_bins(answers[5], to.totals.startup_ms);
    add_bins(answers[6], to.totals.watch_ms);
    add_bins(answers[7], to.totals.latency_ms);
    return repeating_ranges(answers[0]);
}

/// Counted exactly unless there are far too many.
DistinctCount ClickHouseReader::viewers_of(
    const std::string& views, const std::vector<std::uint64_t>& leasts
) {
    auto estimated = DistinctCount::of_leasts(leasts);
    constexpr double sure = 1 + 6 * DistinctCount::hll_error;
    if (static_cast<double>(estimated.count()) > sure * DistinctCount::exact_limit) return estimated;
    DistinctCount viewers;
    const auto answer =
        select(fmt::format("select distinct hash {} limit {}", hashes(views), DistinctCount::exact_limit + 1)
        );
    for (const auto hash : to_numbers(answer))
        viewers.add(hash);
    return viewers.exact() ? viewers : estimated;
}

}  // namespace tally::analytics
