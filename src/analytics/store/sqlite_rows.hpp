// Facts as rows of the SQLite schema: every column list is here, once.
#pragma once

#include "analytics/fact_reader.hpp"
#include "analytics/store/sqlite_connection.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

namespace tally::analytics {

/// Binds or reads the described members of T in the order of their columns.
template <class T>
Statement& bind_members(Statement& statement, const T& from) {
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
        [&](auto member) { statement << from.*member.pointer; }
    );
    return statement;
}

template <class T>
Statement& read_members(Statement& statement, T& to) {
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
        [&](auto member) { statement >> to.*member.pointer; }
    );
    return statement;
}

/// "play_ms, rebuffer_ms, ..." with `each` applied: "{0} = {0} + excluded.{0}".
std::string counter_columns(std::string_view each = "{0}");

/// Every column of `sessions`, in order; the broadcast and the profile are numbers of their own tables.
void bind_session(
    Statement& statement, std::int64_t broadcast, std::int64_t profile, const SessionFacts& session
);
/// From `select *`: gives the profile's number, and leaves broadcast, channel, dimensions and claims alone.
std::int64_t read_session(Statement& statement, SessionFacts& session);

}  // namespace tally::analytics
