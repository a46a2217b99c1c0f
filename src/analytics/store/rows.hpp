// Facts as rows of either store: every column list is here, once.
#pragma once

#include "analytics/fact_reader.hpp"
#include "analytics/store/lists.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <unordered_map>

namespace tally::analytics {

/// Writes or reads the described members of T in the order of their columns.
template <class Row, class T>
Row& write_members(Row& row, const T& from) {
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
        [&](auto member) { row << from.*member.pointer; }
    );
    return row;
}

template <class Row, class T>
Row& read_members(Row& row, T& to) {
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
        [&](auto member) { row >> to.*member.pointer; }
    );
    return row;
}

inline constexpr std::size_t counter_count =
    boost::mp11::mp_size<boost::describe::describe_members<Counters, boost::describe::mod_public>>::value;

/// "play_ms, rebuffer_ms, ..." with `each` applied: "{0} = {0} + excluded.{0}".
std::string counter_columns(std::string_view each = "{0}");

/// Every column of `sessions` that is a fact, in order; the broadcast and the profile are numbers of their
/// own tables.
template <class Row, class Number>
void write_session(Row& row, Number broadcast, Number profile, const SessionFacts& session) {
    row << broadcast << session.session << session.viewer << session.persistent_viewer << profile
        << session.started << session.first_frame << session.last_seen << session.ended << session.startup_ms
        << session.exit << session.validity << session.beaconed << session.edge_observed;
    write_members(row, session.counters);
    row << session.upscale_permille_max << to_text(session.errors) << to_text(session.renditions)
        << to_text(session.played) << to_text(session.rebuffer_durations_ms) << session.journal
        << session.sequence_seen << session.sequence_bits;
}

/// Which columns the counters are among, in the order of their description.
inline constexpr auto counter_groups = std::to_array<ViewColumns>({
    ViewColumns::watching,  // play_ms
    ViewColumns::watching,  // rebuffer_ms
    ViewColumns::watching,  // rebuffers
    ViewColumns::trouble,   // micro_stalls
    ViewColumns::watching,  // bitrate_kbps_ms
    ViewColumns::watching,  // bitrate_ms
    ViewColumns::trouble,   // switches_up
    ViewColumns::trouble,   // switches_down
    ViewColumns::trouble,   // dropped_frames
    ViewColumns::trouble,   // total_frames
    ViewColumns::delivery,  // bytes
    ViewColumns::delivery,  // latency_ms_sum
    ViewColumns::delivery,  // latency_samples
    ViewColumns::trouble,   // throughput_kbps_sum
    ViewColumns::trouble,   // throughput_samples
    ViewColumns::delivery,  // upscale_permille_ms
    ViewColumns::trouble,   // errors
});
static_assert(counter_groups.size() == counter_count);

/// Calls `visit` with the name of each column that is among `columns`, in order, and with what reads it from
/// a row. Without the broadcast.
template <class Visit>
void for_each_view_column(ViewColumns columns, Visit visit) {
    const auto member = [&](ViewColumns group, std::string_view name, auto pointer) {
        if (has(columns, group))
            visit(name, [pointer](auto& row, SessionFacts& session) { row >> session.*pointer; });
    };
    const auto list = [&](ViewColumns group, std::string_view name, auto pointer) {
        if (has(columns, group))
            visit(name, [pointer](auto& row, SessionFacts& session) {
                std::string_view text;
                row >> text;
                from_text(text, session.*pointer);
            });
    };
    using enum ViewColumns;
    member(marks, "session", &SessionFacts::session);
    member(marks, "viewer", &SessionFacts::viewer);
    member(marks, "persistent_viewer", &SessionFacts::persistent_viewer);
    member(marks, "started", &SessionFacts::started);
    member(marks, "first_frame", &SessionFacts::first_frame);
    member(marks, "last_seen", &SessionFacts::last_seen);
    member(marks, "ended", &SessionFacts::ended);
    member(marks, "exit", &SessionFacts::exit);
    member(marks, "validity", &SessionFacts::validity);
    member(marks, "beaconed", &SessionFacts::beaconed);
    member(marks, "edge_observed", &SessionFacts::edge_observed);
    member(watching, "startup_ms", &SessionFacts::startup_ms);
    std::size_t index = 0;
    boost::mp11::mp_for_each<boost::describe::describe_members<Counters, boost::describe::mod_public>>(
        [&](auto counter) {
            if (has(columns, counter_groups.at(index++)))
                visit(counter.name, [](auto& row, SessionFacts& session) {
                    row >> session.counters.*decltype(counter)::pointer;
                });
        }
    );
    member(delivery, "upscale_permille_max", &SessionFacts::upscale_permille_max);
    list(lists, "error_list", &SessionFacts::errors);
    list(lists, "renditions", &SessionFacts::renditions);
    list(media, "played", &SessionFacts::played);
    list(lists, "rebuffer_durations", &SessionFacts::rebuffer_durations_ms);
    member(engine, "journal", &SessionFacts::journal);
    member(engine, "sequence_seen", &SessionFacts::sequence_seen);
    member(engine, "sequence_bits", &SessionFacts::sequence_bits);
}

/// "profile, session, viewer, ...": the profile is first, where it is asked for.
std::string view_columns(ViewColumns columns);

/// All columns but the profile's number; leaves broadcast, channel, dimensions and claims alone.
template <class Row>
void read_view(Row& row, ViewColumns columns, SessionFacts& session) {
    for_each_view_column(columns, [&](std::string_view, auto read) { read(row, session); });
}

/// Views one after the other, without copying what those of one profile have in common.
template <class Number>
class ViewsInTurn {
public:
    /// `begin` gives a view of the profile of that number: nothing but the profile is asked of it.
    template <class Row, class Begin>
    const SessionFacts& read(Row& row, ViewColumns columns, const Begin& begin) {
        Number profile = 0;
        if (has(columns, ViewColumns::place)) row >> profile;
        auto [view, first] = views_.try_emplace(profile);
        if (first) view->second = begin(profile);
        read_view(row, columns, view->second);
        return view->second;
    }

private:
    std::unordered_map<Number, SessionFacts> views_;
};

}  // namespace tally::analytics
