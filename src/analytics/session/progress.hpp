// What evidence does to a session: pure steps, without the audience around it.
#pragma once

#include "analytics/session/session.hpp"

namespace tally::analytics {

enum class Step : std::uint8_t {
    taken,
    duplicate,  // a report that was here before
};

/// A request for the broadcast's media, or word that a connection still plays it. `live`: the media are of
/// this time; of which time they are is not known otherwise.
void take_delivery(Session& session, std::uint64_t bytes, Time now, bool live = true);

/// What a request says of playing, by CMCD: counts until the player reports by itself.
void take_told(Session& session, const Beacon& told);

/// A player's report. Its counters are absolute: the greater value wins, in whatever order reports come.
Step take_report(Session& session, const Beacon& beacon, Time received);

/// A report that the session's counters have in them already, from before the process began: what was on
/// then.
void recall_report(Session& session, const Beacon& beacon, Time received);

}  // namespace tally::analytics
