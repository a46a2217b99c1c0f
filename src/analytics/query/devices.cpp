#include "analytics/query/breakdowns.hpp"
#include "analytics/query/group.hpp"
#include "base/enum_text.hpp"

namespace tally::analytics {

namespace {

constexpr std::size_t most_rows = 50;

json::object row_of(std::string_view name, const Group& group, std::int64_t views) {
    json::object row{{"name", name}};
    group.print(row);
    row["share"] = ratio(group.views, views);
    return row;
}

json::array rows_of(const Groups& groups, std::int64_t views) {
    json::array out;
    for (const auto& [name, group] : groups.ordered())
        if (out.size() < most_rows) out.push_back(row_of(name, *group, views));
    return out;
}

/// "hls.js\n1.7.0" apart again.
json::array players_of(const Groups& groups, std::int64_t views) {
    json::array out;
    for (const auto& [key, group] : groups.ordered()) {
        if (out.size() == most_rows) break;
        const auto split = std::min(key.find('\n'), key.size());
        auto row = row_of(key.substr(0, split), *group, views);
        if (split + 1 < key.size()) row["version"] = key.substr(split + 1);
        out.push_back(std::move(row));
    }
    return out;
}

std::string player_key(const Dimensions& of) {
    return of.player.empty() ? "" : of.player + '\n' + of.player_version;
}

}  // namespace

json::object devices_answer(FactReader& reader, const Question& question) {
    Evidence evidence;
    Groups types;
    Groups systems;
    Groups browsers;
    Groups players;
    Groups protocols;
    Groups connections;
    std::int64_t views = 0;
    const auto columns = question.columns(ViewColumns::place | ViewColumns::watching);
    reader.sessions(question.broadcast.id, columns, [&](const SessionFacts& view) {
        evidence.add(view, question);
        if (!question.counts(view)) return;
        views += view.first_frame ? 1 : 0;
        const auto& of = view.dimensions;
        types[of.device].add(view);
        systems[of.os].add(view);
        browsers[of.browser].add(view);
        players[player_key(of)].add(view);
        protocols[std::string(enum_text(of.protocol))].add(view);
        connections[of.connection].add(view);
    });
    auto answer = envelope(question, evidence, reader.losses(question.broadcast.id));
    answer["byType"] = rows_of(types, views);
    answer["byOs"] = rows_of(systems, views);
    answer["byBrowser"] = rows_of(browsers, views);
    answer["byPlayer"] = players_of(players, views);
    answer["byProtocol"] = rows_of(protocols, views);
    answer["byConnection"] = rows_of(connections, views);
    answer["unknown"] = {{"viewers", types.unknown().viewers.count()}};
    return answer;
}

}  // namespace tally::analytics
