#include "analytics/store/clickhouse_reader.hpp"

#include "analytics/store/clickhouse_keys.hpp"
#include "analytics/store/rows.hpp"

#include <map>

namespace tally::analytics {

namespace {

constexpr std::uint64_t slice_rows = 50'000;

constexpr std::string_view audience_columns =
    "time, seconds, viewer_seconds, view_seconds, min_viewers, max_viewers, max_at, joins, leaves";

std::string texts_of(const std::vector<Time>& times) {
    std::string text;
    for (const auto time : times)
        text += fmt::format("{}{}", text.empty() ? "" : ",", time.time_since_epoch().count());
    return text;
}

/// Views that turned out invalid; few in comparison.
std::string invalid_views(std::uint64_t broadcast) {
    return fmt::format(
        "(select session from sessions final where broadcast = {0} and validity = 'invalid' and session in"
        " (select session from sessions where broadcast = {0} and validity = 'invalid'))",
        broadcast
    );
}

}  // namespace

std::string ClickHouseReader::select(std::string statement) {
    return connection_.run(std::move(statement) + " format RowBinary");
}

std::vector<std::string> ClickHouseReader::select_together(std::vector<std::string> statements) {
    for (auto& statement : statements)
        statement += " format RowBinary";
    return connection_.run_together(std::move(statements));
}

ChannelId ClickHouseReader::channel_of(const BroadcastId& broadcast) {
    const auto answer =
        select(fmt::format("select max(channel) from broadcasts where id = {}", number_of(broadcast)));
    std::string_view text;
    if (RowReader reader(answer); reader.more()) reader >> text;
    return ChannelId::parse(text).value_or(ChannelId());
}

void ClickHouseReader::add_profile(SessionFacts& session, std::uint64_t number) {
    if (!profiles_.contains(number)) load_profiles(fmt::format("id = {}", number));
    const auto& profile = profiles_[number];
    session.dimensions = profile.dimensions;
    session.claims = profile.claims;
}

void ClickHouseReader::load_profiles(const std::string& condition) {
    const auto answer = select(fmt::format("select * from profiles where {}", condition));
    for (RowReader reader(answer); reader.more();) {
        std::uint64_t number = 0;
        reader >> number;
        auto& profile = profiles_[number];
        read_members(read_members(reader, profile.dimensions), profile.claims);
    }
}

/// So many at a time as a statement may name.
void ClickHouseReader::load_profiles(const Numbers& numbers) {
    constexpr std::ptrdiff_t at_once = 5000;
    for (auto from = numbers.begin(); from != numbers.end();) {
        const auto to = std::next(from, std::min(at_once, std::distance(from, numbers.end())));
        load_profiles(fmt::format("id in ({})", fmt::join(from, to, ",")));
        from = to;
    }
}

/// From the coarsest on; what a coarser row covers is left out.
std::vector<AudienceFacts> ClickHouseReader::audience(const BroadcastId& broadcast) {
    const auto answer = select(fmt::format(
        "select {1} from audience_hours final where broadcast = {0}"
        " union all select {1} from audience_minutes final where broadcast = {0} and"
        " intDiv(time, 3600000) * 3600000 not in (select time from audience_hours where broadcast = {0})"
        " union all select {1} from audience final where broadcast = {0} and"
        " intDiv(time, 60000) * 60000 not in (select time from audience_minutes where broadcast = {0}) and"
        " intDiv(time, 3600000) * 3600000 not in (select time from audience_hours where broadcast = {0})",
        number_of(broadcast),
        audience_columns
    ));
    std::vector<AudienceFacts> rows;
    for (RowReader reader(answer); reader.more();) {
        auto& row = rows.emplace_back();
        row.broadcast = broadcast;
        reader >> row.time >> row.seconds >> row.viewer_seconds >> row.view_seconds >> row.min_viewers >>
            row.max_viewers >> row.max_at >> row.joins >> row.leaves;
    }
    std::ranges::sort(rows, {}, &AudienceFacts::time);
    return rows;
}

/// Most minutes have one row for each view, which adding up tells along the way. Those that have more are
/// read again, merged: that is dear.
std::vector<MinuteTotals> ClickHouseReader::minutes(const BroadcastId& broadcast) {
    std::vector<Time> doubtful;
    auto rows = sum_minutes(broadcast, "minutes where", doubtful);
    if (doubtful.empty()) return rows;
    const auto again = fmt::format("minutes final where minute in ({}) and", texts_of(doubtful));
    std::erase_if(rows, [&](const MinuteTotals& row) {
        return std::ranges::find(doubtful, row.minute) != doubtful.end();
    });
    doubtful.clear();
    const auto merged = sum_minutes(broadcast, again, doubtful);
    rows.insert(rows.end(), merged.begin(), merged.end());
    std::ranges::sort(rows, {}, &MinuteTotals::minute);
    return rows;
}

std::vector<MinuteTotals> ClickHouseReader::sum_minutes(
    const BroadcastId& broadcast, std::string_view from, std::vector<Time>& doubtful
) {
    const auto number = number_of(broadcast);
    const auto answer = select(fmt::format(
        "select minute, count(), uniqExact(session), countIf(valid), {} from (select *, session not in {} as"
        " valid from {} broadcast = {}) group by minute order by minute",
        counter_columns("sumIf({0}, valid)"),
        invalid_views(number),
        from,
        number
    ));
    std::vector<MinuteTotals> rows;
    for (RowReader reader(answer); reader.more();) {
        auto& row = rows.emplace_back();
        std::uint64_t count = 0;
        std::uint64_t views = 0;
        std::uint64_t valid = 0;
        read_members(reader >> row.minute >> count >> views >> valid, row.counters);
        row.views = static_cast<std::int64_t>(valid);
        if (count != views) doubtful.push_back(row.minute);
    }
    return rows;
}

std::vector<MinuteTotals> ClickHouseReader::minutes_of(
    const BroadcastId& broadcast, const std::function<bool(SessionKey)>& keep
) {
    const auto number = number_of(broadcast);
    const auto counts = select(fmt::format(
        "select minute, count() from minutes where broadcast = {} group by minute order by minute", number
    ));
    std::vector<MinuteTotals> rows;
    for (RowReader slices(counts); slices.more();) {
        Time from;
        Time to;
        std::uint64_t size = 0;
        slices >> from >> size;
        to = from;
        for (std::uint64_t more = 0; slices.more() && size < slice_rows; size += more)
            slices >> to >> more;
        const auto answer = select(fmt::format(
            "select minute, session, {} from minutes final where broadcast = {} and minute between {} and {}"
            " order by minute",
            counter_columns(),
            number,
            from.time_since_epoch().count(),
            to.time_since_epoch().count()
        ));
        for (RowReader reader(answer); reader.more();) {
            Time minute;
            SessionKey session = 0;
            Counters counters;
            read_members(reader >> minute >> session, counters);
            if (!keep(session)) continue;
            if (rows.empty() || rows.back().minute != minute) rows.push_back({.minute = minute});
            ++rows.back().views;
            rows.back().counters += counters;
        }
    }
    return rows;
}

void ClickHouseReader::engagement(
    const BroadcastId& broadcast, const std::function<void(const EngagementEvent&)>& visit
) {
    const auto answer = select(fmt::format(
        "select id, session, viewer, type, value, media_time, time from engagement final where broadcast = {}"
        " order by time",
        number_of(broadcast)
    ));
    RowReader reader(answer);
    if (!reader.more()) return;
    EngagementEvent event{.broadcast = broadcast, .channel = channel_of(broadcast)};
    while (reader.more()) {
        reader >> event.id >> event.session >> event.viewer >> event.type >> event.value >>
            event.media_time >> event.time;
        visit(event);
    }
}

LossFacts ClickHouseReader::losses(const BroadcastId& broadcast) {
    LossFacts sum{.broadcast = broadcast};
    const auto answer = select(fmt::format(
        "select sum(beacons), sum(shed), sum(duplicates), sum(rejected), sum(rate_limited), sum(late),"
        " sum(engagement_limited), sum(engagement_duplicates) from losses final where broadcast = {}",
        number_of(broadcast)
    ));
    if (RowReader reader(answer); reader.more())
        reader >> sum.beacons >> sum.shed >> sum.duplicates >> sum.rejected >> sum.rate_limited >> sum.late >>
            sum.engagement_limited >> sum.engagement_duplicates;
    return sum;
}

void ClickHouseReader::returning_viewers(
    const BroadcastId& broadcast,
    const ChannelId& channel,
    Time since,
    const std::function<void(ViewerKey)>& visit
) {
    const auto answer = select(fmt::format(
        "select viewer from (select viewer, max(started) as latest from sessions final where broadcast = {0}"
        " and persistent_viewer = 1 and first_frame is not null and validity != 'invalid' group by viewer)"
        " any inner join (select viewer, min(started) as first from sessions where broadcast != {0} and"
        " started >= {1} and broadcast in (select id from broadcasts group by id having max(channel) = {2})"
        " and viewer in (select viewer from sessions where broadcast = {0} and persistent_viewer = 1)"
        " group by viewer) using viewer where first < latest",
        number_of(broadcast),
        since.time_since_epoch().count(),
        text_literal(channel.text())
    ));
    for (RowReader reader(answer); reader.more();) {
        ViewerKey viewer = 0;
        reader >> viewer;
        visit(viewer);
    }
}

std::optional<Report> ClickHouseReader::report(const BroadcastId& broadcast, std::string_view kind) {
    const auto answer = select(fmt::format(
        "select document, sketches from reports final where broadcast = {} and kind = {}",
        number_of(broadcast),
        text_literal(kind)
    ));
    RowReader reader(answer);
    if (!reader.more()) return std::nullopt;
    Report report{.kind = std::string(kind)};
    std::string_view sketches;
    reader >> report.document >> sketches;
    report.sketches.assign(bytes_of(sketches).begin(), bytes_of(sketches).end());
    return report;
}

std::vector<BroadcastId> ClickHouseReader::without_report(Time since) {
    const auto answer = select(fmt::format(
        "select any(broadcast) from broadcasts where id not in (select broadcast from reports) group by id"
        " having max(newest) >= {}",
        since.time_since_epoch().count()
    ));
    std::vector<BroadcastId> found;
    for (RowReader reader(answer); reader.more();) {
        std::string_view text;
        reader >> text;
        if (auto id = BroadcastId::parse(text)) found.push_back(*std::move(id));
    }
    return found;
}

}  // namespace tally::analytics
