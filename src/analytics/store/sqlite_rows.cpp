#include "analytics/store/sqlite_rows.hpp"

#include "analytics/store/lists.hpp"

#include <fmt/format.h>

namespace tally::analytics {

std::string counter_columns(std::string_view each) {
    std::string columns;
    boost::mp11::mp_for_each<boost::describe::describe_members<Counters, boost::describe::mod_public>>(
        [&](auto member) {
            if (!columns.empty()) columns += ", ";
            columns += fmt::format(fmt::runtime(each), member.name);
        }
    );
    return columns;
}

void bind_session(
    Statement& statement, std::int64_t broadcast, std::int64_t profile, const SessionFacts& session
) {
    statement << broadcast << session.session << session.viewer << session.persistent_viewer << profile
              << session.started << session.first_frame << session.last_seen << session.ended
              << session.startup_ms << session.exit << session.validity << session.beaconed
              << session.edge_observed;
    bind_members(statement, session.counters);
    statement << session.upscale_permille_max << to_text(session.errors) << to_text(session.renditions)
              << to_text(session.played) << to_text(session.rebuffer_durations_ms) << session.journal
              << session.sequence_seen << session.sequence_bits;
}

std::int64_t read_session(Statement& statement, SessionFacts& session) {
    std::int64_t broadcast = 0;
    std::int64_t profile = 0;
    std::string_view list;
    statement >> broadcast >> session.session >> session.viewer >> session.persistent_viewer >> profile >>
        session.started >> session.first_frame >> session.last_seen >> session.ended >> session.startup_ms >>
        session.exit >> session.validity >> session.beaconed >> session.edge_observed;
    read_members(statement, session.counters);
    statement >> session.upscale_permille_max;
    statement >> list;
    from_text(list, session.errors);
    statement >> list;
    from_text(list, session.renditions);
    statement >> list;
    from_text(list, session.played);
    statement >> list;
    from_text(list, session.rebuffer_durations_ms);
    statement >> session.journal >> session.sequence_seen >> session.sequence_bits;
    return profile;
}

}  // namespace tally::analytics
