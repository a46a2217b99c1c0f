// Facts as rows of either store: every column list is here, once.
#pragma once

#include "analytics/facts.hpp"
#include "analytics/store/lists.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

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

/// Gives the profile's number, and leaves broadcast, channel, dimensions and claims alone.
template <class Number, class Row>
Number read_session(Row& row, SessionFacts& session) {
    Number broadcast = 0;
    Number profile = 0;
    std::string_view list;
    row >> broadcast >> session.session >> session.viewer >> session.persistent_viewer >> profile >>
        session.started >> session.first_frame >> session.last_seen >> session.ended >> session.startup_ms >>
        session.exit >> session.validity >> session.beaconed >> session.edge_observed;
    read_members(row, session.counters);
    row >> session.upscale_permille_max;
    row >> list;
    from_text(list, session.errors);
    row >> list;
    from_text(list, session.renditions);
    row >> list;
    from_text(list, session.played);
    row >> list;
    from_text(list, session.rebuffer_durations_ms);
    row >> session.journal >> session.sequence_seen >> session.sequence_bits;
    return profile;
}

}  // namespace tally::analytics
