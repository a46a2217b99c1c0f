// What evidence does to a session: pure steps, without the audience around it.
#pragma once

#include "analytics/session/session.hpp"

namespace tally::analytics {

/// Where a session's lease is due after its newest evidence.
namespace lease {
inline constexpr Milliseconds delivery{12'000};  // players reload a live playlist every two seconds or so
inline constexpr Milliseconds report{24'000};    // heartbeats come every 8 to 12 s: two may be lost
inline constexpr Milliseconds paused{30'000};    // a paused player counts this long
}  // namespace lease

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

/// True while the view is part of the concurrent audience.
bool is_watching(const Session& session, Time now);

/// Ends the session if it has to: its lease ran out, or its player said so. True when it ended just now.
bool end_if_over(Session& session, Time now);

/// Sessions that end otherwise: a connection closed.
void end(Session& session, Exit exit, Time now);

}  // namespace tally::analytics
