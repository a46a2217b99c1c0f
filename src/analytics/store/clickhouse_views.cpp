// Views out of ClickHouse: those of a broadcast in slices, and single ones of any.
#include "analytics/store/clickhouse_keys.hpp"
#include "analytics/store/clickhouse_reader.hpp"
#include "analytics/store/rows.hpp"

namespace tally::analytics {

namespace {

/// Of one answer, which a server holds in memory; the shorter a row the more of them.
constexpr std::uint64_t slice_bytes = 16 << 20;
constexpr std::uint64_t column_bytes = 8;

/// Views that were written while they went on.
constexpr std::string_view once_open = "(select broadcast, session from sessions where open = 1)";

}  // namespace

/// Keys are spread evenly, so that equal parts of their range are equal parts of the views.
void ClickHouseReader::sessions(
    const BroadcastId& broadcast, ViewColumns columns, const std::function<void(const SessionFacts&)>& visit
) {
    const auto number = number_of(broadcast);
    const auto counted = select(fmt::format("select count() from sessions where broadcast = {}", number));
    std::uint64_t rows = 0;
    RowReader(counted) >> rows;
    if (rows == 0) return;
    if (has(columns, ViewColumns::place))
        load_profiles(
            fmt::format("id in (select distinct profile from sessions where broadcast = {})", number)
        );
    ViewsInTurn<std::uint64_t> views;
    const auto begin = [&, channel = channel_of(broadcast)](std::uint64_t number) {
        SessionFacts session{.broadcast = broadcast, .channel = channel};
        if (number != 0) add_profile(session, number);
        return session;
    };
    const auto names = view_columns(columns);
    const auto row_bytes = column_bytes * static_cast<std::uint64_t>(std::ranges::count(names, ',') + 1);
    const auto slices = rows * row_bytes / slice_bytes + 1;
    const auto width = std::numeric_limits<std::uint64_t>::max() / slices;
    for (std::uint64_t slice = 0; slice < slices; ++slice) {
        const auto from = slice * width;
        const auto to = slice + 1 == slices ? std::numeric_limits<std::uint64_t>::max() : from + width - 1;
        const auto answer = select(fmt::format(
            "select {} from sessions final where broadcast = {} and session between {} and {}",
            names,
            number,
            from,
            to
        ));
        for (RowReader reader(answer); reader.more();)
            visit(views.read(reader, columns, begin));
    }
}

std::optional<SessionFacts> ClickHouseReader::session(const BroadcastId& broadcast, SessionKey key) {
    auto found = whole_sessions(fmt::format("broadcast = {} and session = {}", number_of(broadcast), key));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<SessionFacts> ClickHouseReader::sessions_of(ViewerKey viewer, std::size_t limit) {
    return whole_sessions(fmt::format(
        "viewer = {0} and (broadcast, session) in (select broadcast, session from sessions where viewer = "
        "{0})"
        " order by started limit {1}",
        viewer,
        limit
    ));
}

/// `open` alone would leave out the parts in which the same views have ended.
std::vector<OpenSession> ClickHouseReader::open_sessions() {
    std::vector<OpenSession> found;
    for (auto& view : whole_sessions(fmt::format("ended is null and (broadcast, session) in {}", once_open)))
        found.push_back({.session = std::move(view)});
    if (!found.empty()) find_minutes(found);
    return found;
}

std::vector<SessionFacts> ClickHouseReader::whole_sessions(const std::string& condition) {
    const auto rows = select(fmt::format(
        "select broadcast, {} from sessions final where {}", view_columns(ViewColumns::all), condition
    ));
    std::vector<Numbered> numbered;
    Numbers broadcasts;
    Numbers profiles;
    for (RowReader reader(rows); reader.more();) {
        auto& each = numbered.emplace_back();
        reader >> each.broadcast;
        reader >> each.profile;
        read_view(reader, ViewColumns::all, each.session);
        broadcasts.insert(each.broadcast);
        profiles.insert(each.profile);
    }
    std::vector<SessionFacts> found;
    if (numbered.empty()) return found;
    load_profiles(profiles);
    const auto names = names_of(broadcasts);
    found.reserve(numbered.size());
    for (auto& [broadcast, number, session] : numbered) {
        add_profile(session, number);
        session.broadcast = names.at(broadcast).broadcast;
        session.channel = names.at(broadcast).channel;
        found.push_back(std::move(session));
    }
    return found;
}

std::map<std::uint64_t, ClickHouseReader::Name> ClickHouseReader::names_of(const Numbers& broadcasts) {
    std::map<std::uint64_t, Name> names;
    for (const auto number : broadcasts)
        names.try_emplace(number);
    const auto known = select(fmt::format(
        "select id, any(broadcast), max(channel) from broadcasts where id in ({}) group by id",
        fmt::join(broadcasts, ",")
    ));
    for (RowReader reader(known); reader.more();) {
        std::uint64_t number = 0;
        std::string_view broadcast;
        std::string_view channel;
        reader >> number >> broadcast >> channel;
        names[number] = {
            BroadcastId::parse(broadcast).value_or(BroadcastId()),
            ChannelId::parse(channel).value_or(ChannelId()),
        };
    }
    return names;
}

/// The minute that each was last seen in, or the one after.
void ClickHouseReader::find_minutes(std::vector<OpenSession>& views) {
    std::map<std::pair<std::uint64_t, SessionKey>, OpenSession*> by_key;
    auto oldest = Time::max();
    for (auto& view : views) {
        by_key.emplace(std::pair(number_of(view.session.broadcast), view.session.session), &view);
        oldest = std::min(oldest, view.session.last_seen);
    }
    const auto rows = select(fmt::format(
        "select broadcast, session, minute, {} from minutes final where minute >= {} and"
        " (broadcast, session) in {} order by minute",
        counter_columns(),
        std::chrono::floor<std::chrono::minutes>(oldest).time_since_epoch() / Milliseconds(1),
        once_open
    ));
    for (RowReader reader(rows); reader.more();) {
        std::uint64_t broadcast = 0;
        MinuteFacts minute;
        read_members(reader >> broadcast >> minute.session >> minute.minute, minute.counters);
        const auto view = by_key.find({broadcast, minute.session});
        if (view == by_key.end()) continue;
        const auto& session = view->second->session;
        if (minute.minute < std::chrono::floor<std::chrono::minutes>(session.last_seen)) continue;
        minute.broadcast = session.broadcast;
        minute.viewer = session.viewer;
        view->second->minute = std::move(minute);
    }
}

}  // namespace tally::analytics
