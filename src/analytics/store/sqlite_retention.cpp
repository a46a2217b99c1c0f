#include "analytics/store/sqlite_retention.hpp"

namespace tally::analytics {

namespace {

using namespace std::chrono_literals;

constexpr auto views_kept = 30 * 24h;
constexpr auto minutes_kept = 90 * 24h;
constexpr auto fine_audience_kept = 48h;

/// True while there is more to delete.
bool delete_some(SqliteConnection& connection, std::string_view text, Time before) {
    SqliteTransaction transaction(connection, "BEGIN IMMEDIATE");
    auto statement = connection.prepare(text);
    (statement << before).run();
    auto changes = connection.prepare("select changes()");
    std::int64_t count = 0;
    if (changes.step()) changes >> count;
    transaction.commit();
    return count > 0;
}

/// Rows of `finer` are added up into one row per `width`, whose peak is the highest of theirs.
void coarsen(SqliteConnection& connection, Time before, std::int64_t width) {
    SqliteTransaction transaction(connection, "BEGIN IMMEDIATE");
    connection.execute(
        "create temp table if not exists coarse as select * from audience where 0;"
        "delete from coarse"
    );
    {
        auto statement = connection.prepare(
            "insert into coarse select broadcast, time / ?1 * ?1, sum(seconds), sum(viewer_seconds),"
            " sum(view_seconds), min(min_viewers), max(max_viewers), max_at, sum(joins), sum(leaves)"
            " from audience where time < ?2 group by broadcast, time / ?1 having count(*) > 1"
        );
        (statement << width << before).run();
    }
    {
        auto statement = connection.prepare(
            "delete from audience where time < ?2 and (broadcast, time / ?1 * ?1) in"
            " (select broadcast, time from coarse)"
        );
        (statement << width << before).run();
    }
    connection.execute("insert into audience select * from coarse");
    transaction.commit();
}

}  // namespace

void prune(SqliteConnection& connection, Time now) {
    const auto minutes = std::chrono::floor<std::chrono::hours>(now - minutes_kept);
    while (delete_some(
        connection,
        "delete from sessions where (broadcast, session) in (select broadcast, session from sessions"
        " where started < ?1 and last_seen < ?1 limit 5000)",
        now - views_kept
    ))
        ;
    while (delete_some(
        connection,
        "delete from minutes where (broadcast, minute, session) in (select minutes.broadcast, minute, session"
        " from broadcasts join minutes on minutes.broadcast = broadcasts.id where minute < ?1 limit 5000)",
        minutes
    ))
        ;
    delete_some(connection, "delete from engagement where time < ?1", now - views_kept);
    delete_some(connection, "delete from minute_totals where minute < ?1", minutes);
    coarsen(connection, std::chrono::floor<std::chrono::hours>(now - fine_audience_kept), 60'000);
    coarsen(connection, minutes, 3'600'000);
}

}  // namespace tally::analytics
