#include "analytics/store/clickhouse_retention.hpp"

#include "analytics/store/row_binary.hpp"

namespace tally::analytics {

namespace {

using namespace std::chrono_literals;

constexpr auto views_kept = 30 * 24h;
constexpr auto minutes_kept = 90 * 24h;
constexpr auto fine_audience_kept = 48h;
/// Of views that go on; those of longer ones are written anew every minute.
constexpr auto open_views_kept = 48h;

std::int64_t day_of(Time time) {
    return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

/// Partitions of the table as ALTER takes them, each with its day.
std::vector<std::pair<std::string, std::int64_t>> partitions_of(
    ClickHouseConnection& connection, std::string_view table
) {
    const auto answer = connection.run(fmt::format(
        "select distinct partition, toInt64(extract(partition, '\\\\d+')) from system.parts where database ="
        " currentDatabase() and table = '{}' and active format RowBinary",
        table
    ));
    std::vector<std::pair<std::string, std::int64_t>> found;
    for (RowReader reader(answer); reader.more();) {
        auto& [partition, day] = found.emplace_back();
        reader >> partition >> day;
    }
    return found;
}

void drop(ClickHouseConnection& connection, std::string_view table, const std::string& partition) {
    connection.run(fmt::format("alter table {} drop partition {}", table, partition));
}

void drop_days(ClickHouseConnection& connection, std::string_view table, Time before) {
    for (const auto& [partition, day] : partitions_of(connection, table))
        if (day < day_of(before)) drop(connection, table, partition);
}

void drop_open_views(ClickHouseConnection& connection, Time before) {
    for (const auto& [partition, day] : partitions_of(connection, "sessions"))
        if (day < day_of(before) && partition.ends_with(", 1)")) drop(connection, "sessions", partition);
}

/// Days are added up into rows of `width`, whose peak is the highest of theirs, and dropped. Readers leave
/// out what a coarser row covers.
void coarsen(
    ClickHouseConnection& connection,
    std::string_view fine,
    std::string_view coarse,
    std::int64_t width,
    Time before
) {
    for (const auto& [partition, day] : partitions_of(connection, fine)) {
        if (day >= day_of(before)) continue;
        connection.run(fmt::format(
            "insert into {1} select broadcast, intDiv(time, {2}) * {2} as start, sum(seconds),"
            " sum(viewer_seconds), sum(view_seconds), min(min_viewers), max(max_viewers) as peak,"
            " argMax(max_at, (max_viewers, -max_at)), sum(joins), sum(leaves), max(version)"
            " from {0} final where intDiv(time, 86400000) = {3} group by broadcast, start",
            fine,
            coarse,
            width,
            day
        ));
        drop(connection, fine, partition);
    }
}

}  // namespace

void prune(ClickHouseConnection& connection, Time now) {
    drop_days(connection, "sessions", now - views_kept);
    drop_open_views(connection, now - open_views_kept);
    drop_days(connection, "minutes", now - minutes_kept);
    drop_days(connection, "engagement", now - views_kept);
    coarsen(connection, "audience", "audience_minutes", 60'000, now - fine_audience_kept);
    coarsen(connection, "audience_minutes", "audience_hours", 3'600'000, now - minutes_kept);
}

}  // namespace tally::analytics
