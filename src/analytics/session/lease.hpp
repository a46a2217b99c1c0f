// How long a session goes on without word of it, and how it ends.
#pragma once

#include "analytics/session/session.hpp"

namespace tally::analytics {

/// Where a session's lease is due after its newest evidence.
namespace lease {
inline constexpr Milliseconds delivery{12'000};  // players reload a live playlist every two seconds or so
inline constexpr Milliseconds report{24'000};    // heartbeats come every 8 to 12 s: two may be lost
inline constexpr Milliseconds paused{30'000};    // a paused player counts this long
}  // namespace lease

/// True while the view is part of the concurrent audience.
bool is_watching(const Session& session, Time now);

/// Ends the session if it has to: its lease ran out, or its player said so. True when it ended just now.
bool end_if_over(Session& session, Time now);

/// Sessions that end otherwise: a connection closed.
void end(Session& session, Exit exit, Time now);

}  // namespace tally::analytics
