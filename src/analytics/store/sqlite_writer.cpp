#include "analytics/store/sqlite_writer.hpp"

#include "analytics/store/rows.hpp"

namespace tally::analytics {

namespace {

constexpr Milliseconds one_minute{60'000};

/// A statement whose text is made once.
std::string placeholders(std::size_t count) {
    std::string text = "?";
    for (std::size_t i = 1; i < count; ++i)
        text += ",?";
    return text;
}

}  // namespace

void SqliteWriter::write(const FactBatch& batch) {
    for (const auto& session : batch.sessions)
        write(session);
    for (const auto& minute : batch.minutes)
        write(minute);
    write_totals();
    for (const auto& audience : batch.audience)
        write(audience);
    for (const auto& event : batch.engagement)
        write(event);
    for (const auto& losses : batch.losses)
        write(losses);
}

void SqliteWriter::write(const SessionFacts& session) {
    static const auto text =
        fmt::format("insert or replace into sessions values ({})", placeholders(22 + counter_count));
    const auto broadcast = number_of(session.broadcast, &session.channel, session.last_seen);
    if (session.validity == Validity::invalid &&
        stored_validity(broadcast, session.session).value_or(Validity::invalid) != Validity::invalid)
        take_back(broadcast, session);
    const auto profile = profile_of(session);
    auto statement = connection_.prepare(text);
    write_session(statement, broadcast, profile, session);
    statement.run();
}

void SqliteWriter::write(const MinuteFacts& minute) {
    static const auto text =
        fmt::format("insert or replace into minutes values ({})", placeholders(3 + counter_count));
    const auto broadcast = number_of(minute.broadcast, nullptr, minute.minute);
    if (stored_validity(broadcast, minute.session) != Validity::invalid) {
        const auto before = stored_minute(broadcast, minute.minute, minute.session);
        auto& change = changes_[{broadcast, minute.minute}];
        change.views += before ? 0 : 1;
        change.counters += minute.counters - before.value_or(Counters{});
    }
    auto statement = connection_.prepare(text);
    statement << broadcast << minute.minute << minute.session;
    write_members(statement, minute.counters).run();
}

void SqliteWriter::write_totals() {
    static const auto text = fmt::format(
        "insert into minute_totals values ({}) on conflict do update set views = views + excluded.views, {}",
        placeholders(3 + counter_count),
        counter_columns("{0} = {0} + excluded.{0}")
    );
    for (const auto& [key, change] : std::exchange(changes_, {})) {
        auto statement = connection_.prepare(text);
        statement << key.first << key.second << change.views;
        write_members(statement, change.counters).run();
    }
}

void SqliteWriter::take_back(std::int64_t broadcast, const SessionFacts& session) {
    for (Time minute = std::chrono::floor<std::chrono::minutes>(session.started);
         minute <= session.last_seen + one_minute;
         minute += one_minute) {
        const auto stored = stored_minute(broadcast, minute, session.session);
        if (!stored) continue;
        auto& change = changes_[{broadcast, minute}];
        --change.views;
        change.counters += Counters{} - *stored;
    }
}

void SqliteWriter::write(const AudienceFacts& audience) {
    const auto broadcast = number_of(audience.broadcast, nullptr, audience.time);
    auto statement = connection_.prepare("insert or replace into audience values (?,?,?,?,?,?,?,?,?,?)");
    statement << broadcast << audience.time << audience.seconds << audience.viewer_seconds
              << audience.view_seconds << audience.min_viewers << audience.max_viewers << audience.max_at
              << audience.joins << audience.leaves;
    statement.run();
}

void SqliteWriter::write(const EngagementEvent& event) {
    const auto broadcast = number_of(event.broadcast, &event.channel, event.time);
    auto statement = connection_.prepare("insert or ignore into engagement values (?,?,?,?,?,?,?,?)");
    statement << event.id << broadcast << event.session << event.viewer << event.type << event.value
              << event.media_time << event.time;
    statement.run();
}

void SqliteWriter::write(const LossFacts& losses) {
    const auto broadcast = number_of(losses.broadcast, nullptr, losses.epoch);
    auto statement = connection_.prepare("insert or replace into losses values (?,?,?,?,?,?,?,?,?,?)");
    statement << broadcast << losses.epoch << losses.beacons << losses.shed << losses.duplicates
              << losses.rejected << losses.rate_limited << losses.late << losses.engagement_limited
              << losses.engagement_duplicates;
    statement.run();
}

void SqliteWriter::write(const BroadcastId& broadcast, const Report& report) {
    const auto number = number_of(broadcast, nullptr, Time());
    auto statement = connection_.prepare("insert or replace into reports values (?,?,?,?)");
    statement << number << report.kind << report.document << ByteView(report.sketches);
    statement.run();
}

std::int64_t SqliteWriter::erase(ViewerKey viewer) {
    std::vector<std::pair<std::int64_t, SessionKey>> views;
    {
        auto statement = connection_.prepare("select broadcast, session from sessions where viewer = ?");
        statement << viewer;
        while (statement.step()) {
            auto& [broadcast, session] = views.emplace_back();
            statement >> broadcast >> session;
        }
    }
    for (const auto& [broadcast, session] : views) {
        auto minutes = connection_.prepare(
            "delete from minutes where broadcast = ?1 and session = ?2 and minute between"
            " (select started / 60000 * 60000 from sessions where broadcast = ?1 and session = ?2) and"
            " (select last_seen + 60000 from sessions where broadcast = ?1 and session = ?2)"
        );
        (minutes << broadcast << session).run();
        auto row = connection_.prepare("delete from sessions where broadcast = ? and session = ?");
        (row << broadcast << session).run();
    }
    auto events = connection_.prepare("delete from engagement where viewer = ?");
    (events << viewer).run();
    return std::ssize(views);
}

std::int64_t SqliteWriter::number_of(const BroadcastId& broadcast, const ChannelId* channel, Time newest) {
    const auto known = numbers_.find(broadcast);
    if (known != numbers_.end() && channel == nullptr) return known->second;
    auto statement = connection_.prepare(
        "insert into broadcasts (broadcast, channel, newest) values (?, ?, ?) on conflict (broadcast) do "
        "update"
        " set channel = max(channel, excluded.channel), newest = max(newest, excluded.newest) returning id"
    );
    statement << broadcast.text() << (channel ? channel->text() : std::string()) << newest;
    std::int64_t number = 0;
    if (statement.step()) statement >> number;
    statement.run();
    numbers_[broadcast] = number;
    return number;
}

std::int64_t SqliteWriter::profile_of(const SessionFacts& session) {
    constexpr std::string_view find =
        "select id from profiles where protocol = ? and country = ? and region = ? and city = ? and asn = ? "
        "and"
        " device = ? and os = ? and browser = ? and player = ? and player_version = ? and connection = ? and"
        " cdn = ? and age_band = ? and gender = ? and language = ?";
    {
        auto statement = connection_.prepare(find);
        write_members(write_members(statement, session.dimensions), session.claims);
        std::int64_t id = 0;
        if (statement.step()) {
            statement >> id;
            return id;
        }
    }
    auto statement = connection_.prepare("insert into profiles values (null,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    write_members(write_members(statement, session.dimensions), session.claims).run();
    return connection_.last_row();
}

std::optional<Validity> SqliteWriter::stored_validity(std::int64_t broadcast, SessionKey session) {
    auto statement = connection_.prepare("select validity from sessions where broadcast = ? and session = ?");
    statement << broadcast << session;
    if (!statement.step()) return std::nullopt;
    Validity validity{};
    statement >> validity;
    return validity;
}

std::optional<Counters> SqliteWriter::stored_minute(std::int64_t broadcast, Time minute, SessionKey session) {
    static const auto text = fmt::format(
        "select {} from minutes where broadcast = ? and minute = ? and session = ?", counter_columns()
    );
    auto statement = connection_.prepare(text);
    statement << broadcast << minute << session;
    if (!statement.step()) return std::nullopt;
    Counters counters;
    read_members(statement, counters);
    return counters;
}

}  // namespace tally::analytics
