// Who watches: views that come to, and go from, the counts of their viewers.
#include "analytics/session/shard.hpp"

namespace tally::analytics {

ViewerKey Shard::viewer_of(SessionKey session, const BroadcastEntry& broadcast) {
    const auto* found = find(session, broadcast);
    return found == nullptr ? session : found->viewer;
}

void Shard::name_viewer(Session& session, const Beacon& beacon) {
    if (beacon.viewer == 0 || beacon.viewer == session.viewer) return;
    const bool counted = session.counted;
    if (counted) count_out(session, true);
    session.viewer = beacon.viewer;
    session.persistent = true;
    session.known = false;
    if (counted) count_in(session, true);
}

void Shard::count_in(Session& session, bool quiet) {
    session.counted = true;
    ++session.audience->figures.views;
    if (!session.persistent) return session.audience->come_alone(session.facets, quiet);
    presences_(
        {session.audience->broadcast(), session.viewer, session.facets, PresenceChange::Kind::comes, quiet}
    );
}

void Shard::count_out(Session& session, bool quiet) {
    session.counted = false;
    --session.audience->figures.views;
    if (!session.persistent) return session.audience->go_alone(session.facets, quiet);
    presences_(
        {session.audience->broadcast(), session.viewer, session.facets, PresenceChange::Kind::goes, quiet}
    );
}

void Shard::make_known(Session& session) {
    session.known = true;
    if (session.validity == Validity::invalid) return;
    if (!session.persistent) return session.audience->uniques.add(session.viewer);
    presences_({session.audience->broadcast(), session.viewer, session.facets, PresenceChange::Kind::known});
}

}  // namespace tally::analytics
