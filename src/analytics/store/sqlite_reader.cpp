#include "analytics/store/sqlite_reader.hpp"

#include "analytics/store/rows.hpp"

namespace tally::analytics {

namespace {

/// With the broadcast and its channel, as whole_session() reads them.
std::string whole_sessions_where(std::string_view condition) {
    return fmt::format(
        "select broadcasts.broadcast, broadcasts.channel, {} from sessions join broadcasts on broadcasts.id ="
        " sessions.broadcast where {}",
        view_columns(ViewColumns::all),
        condition
    );
}

}  // namespace

std::optional<SqliteReader::Broadcast> SqliteReader::find(const BroadcastId& broadcast) {
    auto statement = connection_.prepare("select id, channel from broadcasts where broadcast = ?");
    statement << broadcast.text();
    if (!statement.step()) return std::nullopt;
    Broadcast found;
    std::string_view channel;
    statement >> found.number >> channel;
    found.channel = ChannelId::parse(channel).value_or(ChannelId());
    return found;
}

/// Profiles are numbered from 1 on.
void SqliteReader::add_profile(SessionFacts& session, std::int64_t number) {
    auto statement = connection_.prepare("select * from profiles where id = ?");
    statement << number;
    std::int64_t id = 0;
    if (statement.step()) read_members(read_members(statement >> id, session.dimensions), session.claims);
}

void SqliteReader::sessions(
    const BroadcastId& broadcast, ViewColumns columns, const std::function<void(const SessionFacts&)>& visit
) {
    const auto found = find(broadcast);
    if (!found) return;
    auto statement =
        connection_.prepare(fmt::format("select {} from sessions where broadcast = ?", view_columns(columns))
        );
    statement << found->number;
    ViewsInTurn<std::int64_t> views;
    const auto begin = [&](std::int64_t number) {
        SessionFacts session{.broadcast = broadcast, .channel = found->channel};
        if (number != 0) add_profile(session, number);
        return session;
    };
    while (statement.step())
        visit(views.read(statement, columns, begin));
}

std::optional<SessionFacts> SqliteReader::session(const BroadcastId& broadcast, SessionKey key) {
    auto statement = connection_.prepare(whole_sessions_where("broadcasts.broadcast = ? and session = ?"));
    statement << broadcast.text() << key;
    if (!statement.step()) return std::nullopt;
    return whole_session(statement);
}

std::vector<AudienceFacts> SqliteReader::audience(const BroadcastId& broadcast) {
    std::vector<AudienceFacts> rows;
    const auto found = find(broadcast);
    if (!found) return rows;
    auto statement = connection_.prepare("select * from audience where broadcast = ? order by time");
    statement << found->number;
    std::int64_t number = 0;
    while (statement.step()) {
        AudienceFacts row{.broadcast = broadcast};
        statement >> number >> row.time >> row.seconds >> row.viewer_seconds >> row.view_seconds >>
            row.min_viewers >> row.max_viewers >> row.max_at >> row.joins >> row.leaves;
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<MinuteTotals> SqliteReader::minutes(const BroadcastId& broadcast) {
    std::vector<MinuteTotals> rows;
    const auto found = find(broadcast);
    if (!found) return rows;
    auto statement = connection_.prepare("select * from minute_totals where broadcast = ? order by minute");
    statement << found->number;
    std::int64_t number = 0;
    while (statement.step()) {
        auto& row = rows.emplace_back();
        read_members(statement >> number >> row.minute >> row.views, row.counters);
    }
    return rows;
}

std::vector<MinuteTotals> SqliteReader::minutes_of(
    const BroadcastId& broadcast, const std::function<bool(SessionKey)>& keep
) {
    std::vector<MinuteTotals> rows;
    const auto found = find(broadcast);
    if (!found) return rows;
    auto statement = connection_.prepare("select * from minutes where broadcast = ? order by minute");
    statement << found->number;
    std::int64_t number = 0;
    Time minute;
    SessionKey session = 0;
    Counters counters;
    while (statement.step()) {
        statement >> number >> minute >> session;
        if (!keep(session)) continue;
        read_members(statement, counters);
        if (rows.empty() || rows.back().minute != minute) rows.push_back({.minute = minute});
        ++rows.back().views;
        rows.back().counters += counters;
    }
    return rows;
}

void SqliteReader::engagement(
    const BroadcastId& broadcast, const std::function<void(const EngagementEvent&)>& visit
) {
    const auto found = find(broadcast);
    if (!found) return;
    auto statement = connection_.prepare("select * from engagement where broadcast = ? order by time");
    statement << found->number;
    EngagementEvent event{.broadcast = broadcast, .channel = found->channel};
    std::int64_t number = 0;
    while (statement.step()) {
        statement >> event.id >> number >> event.session >> event.viewer >> event.type >> event.value >>
            event.media_time >> event.time;
        visit(event);
    }
}

LossFacts SqliteReader::losses(const BroadcastId& broadcast) {
    LossFacts sum{.broadcast = broadcast};
    const auto found = find(broadcast);
    if (!found) return sum;
    auto statement = connection_.prepare(
        "select total(beacons), total(shed), total(duplicates), total(rejected), total(rate_limited), "
        "total(late),"
        " total(engagement_limited), total(engagement_duplicates) from losses where broadcast = ?"
    );
    statement << found->number;
    if (statement.step())
        statement >> sum.beacons >> sum.shed >> sum.duplicates >> sum.rejected >> sum.rate_limited >>
            sum.late >> sum.engagement_limited >> sum.engagement_duplicates;
    return sum;
}

void SqliteReader::returning_viewers(
    const BroadcastId& broadcast,
    const ChannelId& channel,
    Time since,
    const std::function<void(ViewerKey)>& visit
) {
    const auto found = find(broadcast);
    if (!found) return;
    auto statement = connection_.prepare(
        "select distinct viewer from sessions now where broadcast = ?1 and persistent_viewer = 1 and"
        " first_frame is not null and validity <> 'invalid' and exists (select 1 from sessions before join "
        "broadcasts on"
        " broadcasts.id = before.broadcast where before.viewer = now.viewer and before.started >= ?2 and"
        " before.started < now.started and before.broadcast <> ?1 and broadcasts.channel = ?3)"
    );
    statement << found->number << since << channel.text();
    while (statement.step()) {
        ViewerKey viewer = 0;
        statement >> viewer;
        visit(viewer);
    }
}

std::optional<Report> SqliteReader::report(const BroadcastId& broadcast, std::string_view kind) {
    const auto found = find(broadcast);
    if (!found) return std::nullopt;
    auto statement =
        connection_.prepare("select document, sketches from reports where broadcast = ? and kind = ?");
    statement << found->number << kind;
    if (!statement.step()) return std::nullopt;
    Report report{.kind = std::string(kind)};
    std::string_view sketches;
    statement >> report.document >> sketches;
    report.sketches.assign(bytes_of(sketches).begin(), bytes_of(sketches).end());
    return report;
}

std::vector<SessionFacts> SqliteReader::sessions_of(ViewerKey viewer, std::size_t limit) {
    auto statement = connection_.prepare(whole_sessions_where("viewer = ? order by started limit ?"));
    statement << viewer << static_cast<std::int64_t>(limit);
    std::vector<SessionFacts> found;
    while (statement.step())
        found.push_back(whole_session(statement));
    return found;
}

std::vector<OpenSession> SqliteReader::open_sessions() {
    auto statement = connection_.prepare(whole_sessions_where("ended is null"));
    std::vector<OpenSession> found;
    while (statement.step())
        found.push_back({.session = whole_session(statement)});
    for (auto& each : found)
        each.minute = last_minute(each.session);
    return found;
}

std::vector<BroadcastId> SqliteReader::without_report(Time since) {
    auto statement = connection_.prepare(
        "select broadcast from broadcasts where newest >= ? and not exists (select 1 from reports where"
        " reports.broadcast = broadcasts.id)"
    );
    statement << since;
    std::vector<BroadcastId> found;
    std::string_view text;
    while (statement.step()) {
        statement >> text;
        if (auto id = BroadcastId::parse(text)) found.push_back(*std::move(id));
    }
    return found;
}

SessionFacts SqliteReader::whole_session(Statement& statement) {
    std::string_view broadcast;
    std::string_view channel;
    statement >> broadcast >> channel;
    SessionFacts session;
    session.broadcast = BroadcastId::parse(broadcast).value_or(BroadcastId());
    session.channel = ChannelId::parse(channel).value_or(ChannelId());
    std::int64_t profile = 0;
    statement >> profile;
    read_view(statement, ViewColumns::all, session);
    add_profile(session, profile);
    return session;
}

std::optional<MinuteFacts> SqliteReader::last_minute(const SessionFacts& session) {
    const auto found = find(session.broadcast);
    if (!found) return std::nullopt;
    auto statement = connection_.prepare(
        "select * from minutes where broadcast = ? and session = ? and minute in (?, ?) order by minute desc"
    );
    const auto minute = std::chrono::floor<std::chrono::minutes>(session.last_seen);
    statement << found->number << session.session << Time(minute) << Time(minute + std::chrono::minutes(1));
    if (!statement.step()) return std::nullopt;
    MinuteFacts row{.broadcast = session.broadcast, .session = session.session, .viewer = session.viewer};
    std::int64_t number = 0;
    SessionKey key = 0;
    read_members(statement >> number >> row.minute >> key, row.counters);
    return row;
}

}  // namespace tally::analytics
