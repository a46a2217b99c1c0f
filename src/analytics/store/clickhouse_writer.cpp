#include "analytics/store/clickhouse_writer.hpp"

#include "analytics/query/score.hpp"
#include "analytics/query/view_totals.hpp"
#include "analytics/store/clickhouse_keys.hpp"
#include "analytics/store/row_binary.hpp"
#include "analytics/store/rows.hpp"

#include <map>
#include <thread>

namespace tally::analytics {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_erased_at_once = 1000;
constexpr auto mutations_take = 30s;
constexpr auto mutation_poll = 20ms;

}  // namespace

/// What views name goes first: a reader finds it.
void ClickHouseWriter::write(const FactBatch& batch) {
    write_profiles(batch.sessions);
    write_broadcasts(batch);
    write_sessions(batch.sessions);
    write_minutes(batch.minutes);
    write_audience(batch.audience);
    write_engagement(batch.engagement);
    write_losses(batch.losses);
}

void ClickHouseWriter::write_profiles(const std::vector<SessionFacts>& sessions) {
    RowWriter rows;
    std::unordered_set<std::uint64_t> added;
    for (const auto& session : sessions) {
        const auto number = number_of(session.dimensions, session.claims);
        if (known_.profiles.contains(number) || !added.insert(number).second) continue;
        rows << number;
        write_members(write_members(rows, session.dimensions), session.claims);
    }
    if (rows.empty()) return;
    connection_.insert("profiles", rows.take());
    if (known_.profiles.size() > KnownNumbers::limit) known_.profiles.clear();
    known_.profiles.merge(added);
}

void ClickHouseWriter::write_broadcasts(const FactBatch& batch) {
    using Key = std::pair<BroadcastId, std::string>;  // with its channel, where a row knows it
    std::map<Key, Time> newest;
    const auto note = [&](const BroadcastId& broadcast, const std::string& channel, Time time) {
        auto& latest = newest[{broadcast, channel}];
        latest = std::max(latest, time);
    };
    for (const auto& each : batch.sessions)
        note(each.broadcast, each.channel.text(), each.last_seen);
    for (const auto& each : batch.minutes)
        note(each.broadcast, {}, each.minute);
    for (const auto& each : batch.audience)
        note(each.broadcast, {}, each.time);
    for (const auto& each : batch.engagement)
        note(each.broadcast, each.channel.text(), each.time);
    for (const auto& each : batch.losses)
        note(each.broadcast, {}, each.epoch);
    RowWriter rows;
    for (const auto& [key, time] : newest)
        rows << number_of(key.first) << key.first.text() << key.second << time;
    if (!rows.empty()) connection_.insert("broadcasts", rows.take());
}

void ClickHouseWriter::write_sessions(const std::vector<SessionFacts>& sessions) {
    RowWriter rows;
    for (const auto& session : sessions) {
        write_session(
            rows, number_of(session.broadcast), number_of(session.dimensions, session.claims), session
        );
        const auto score = score_of(session);
        rows << !session.ended.has_value() << unique_media_ms(session) << (score ? score->total : -1.0)
             << version_;
    }
    if (!rows.empty()) connection_.insert("sessions", rows.take());
}

void ClickHouseWriter::write_minutes(const std::vector<MinuteFacts>& minutes) {
    RowWriter rows;
    for (const auto& minute : minutes) {
        rows << number_of(minute.broadcast) << minute.minute << minute.session;
        write_members(rows, minute.counters) << version_;
    }
    if (!rows.empty()) connection_.insert("minutes", rows.take());
}

void ClickHouseWriter::write_audience(const std::vector<AudienceFacts>& audience) {
    RowWriter rows;
    for (const auto& row : audience)
        rows << number_of(row.broadcast) << row.time << row.seconds << row.viewer_seconds << row.view_seconds
             << row.min_viewers << row.max_viewers << row.max_at << row.joins << row.leaves << version_;
    if (!rows.empty()) connection_.insert("audience", rows.take());
}

void ClickHouseWriter::write_engagement(const std::vector<EngagementEvent>& events) {
    RowWriter rows;
    for (const auto& event : events)
        rows << event.id << number_of(event.broadcast) << event.session << event.viewer << event.type
             << event.value << event.media_time << event.time;
    if (!rows.empty()) connection_.insert("engagement", rows.take());
}

void ClickHouseWriter::write_losses(const std::vector<LossFacts>& losses) {
    RowWriter rows;
    for (const auto& row : losses)
        rows << number_of(row.broadcast) << row.epoch << row.beacons << row.shed << row.duplicates
             << row.rejected << row.rate_limited << row.late << row.engagement_limited
             << row.engagement_duplicates << version_;
    if (!rows.empty()) connection_.insert("losses", rows.take());
}

void ClickHouseWriter::write(const BroadcastId& broadcast, const std::vector<Report>& reports) {
    RowWriter rows;
    for (const auto& report : reports)
        rows << number_of(broadcast) << report.kind << report.document << text_of(report.sketches)
             << version_;
    if (rows.empty()) return;
    RowWriter known;
    known << number_of(broadcast) << broadcast.text() << std::string() << Time();
    connection_.insert("broadcasts", known.take());
    connection_.insert("reports", rows.take());
}

std::int64_t ClickHouseWriter::erase(ViewerKey viewer) {
    const auto answer = connection_.run(fmt::format(
        "select broadcast, session from sessions final where viewer = {0} and (broadcast, session) in"
        " (select broadcast, session from sessions where viewer = {0}) format RowBinary",
        viewer
    ));
    std::vector<std::string> views;
    for (RowReader reader(answer); reader.more();) {
        std::uint64_t broadcast = 0;
        std::uint64_t session = 0;
        reader >> broadcast >> session;
        views.push_back(fmt::format("({},{})", broadcast, session));
    }
    for (std::size_t from = 0; from < views.size(); from += most_erased_at_once) {
        const auto to = std::min(views.size(), from + most_erased_at_once);
        const auto some = fmt::format("{}", fmt::join(views.data() + from, views.data() + to, ","));
        for (const std::string_view table : {"minutes", "sessions"})
            connection_.run(
                fmt::format("alter table {} delete where (broadcast, session) in ({})", table, some)
            );
    }
    connection_.run(fmt::format("alter table engagement delete where viewer = {}", viewer));
    wait_for_mutations();
    return std::ssize(views);
}

/// ClickHouse deletes some time later.
void ClickHouseWriter::wait_for_mutations() {
    const auto deadline = std::chrono::steady_clock::now() + mutations_take;
    while (std::chrono::steady_clock::now() < deadline) {
        const auto answer = connection_.run(
            "select count() from system.mutations where database = currentDatabase() and is_done = 0 format"
            " RowBinary"
        );
        std::uint64_t waiting = 0;
        RowReader(answer) >> waiting;
        if (waiting == 0) return;
        std::this_thread::sleep_for(mutation_poll);
    }
    throw sql::Unavailable("analytics store: rows that are to be erased are still there");
}

}  // namespace tally::analytics
