// Who watches, and what is known of them: views that come to, and go from, the counts of their viewers.
#include "analytics/session/shard.hpp"

namespace tally::analytics {

bool Shard::is_gone(SessionKey key, const BroadcastEntry& broadcast) const {
    const auto indexed = index_key(key, broadcast);
    return gone_.contains(indexed) || gone_before_.contains(indexed);
}

/// A player that comes back after its view was let go is a new view.
SessionKey Shard::incarnation(SessionKey key, const BroadcastEntry& broadcast) {
    for (int again = 0; again < 8; ++again) {
        if (!is_gone(key, broadcast)) return key;
        key = key * 0x9E37'79B9'7F4A'7C15ULL + 1;
    }
    return key;
}

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

void Shard::describe(Session& session, const Dimensions& dimensions) {
    session.dimensions = dimensions_.number(dimensions);
    session.facets = Facets::of(dimensions);
}

/// Of a viewer that is counted the counts move along.
void Shard::learn_dimensions(Session& session, const Beacon& beacon) {
    const bool protocol = beacon.protocol != Protocol::other && !session.edge;
    if (!protocol && beacon.connection.empty() && beacon.player.empty()) return;
    auto dimensions = dimensions_[session.dimensions];
    if (protocol) dimensions.protocol = beacon.protocol;
    if (!beacon.connection.empty()) dimensions.connection = beacon.connection;
    if (!beacon.player.empty()) dimensions.player = beacon.player;
    if (!beacon.player_version.empty()) dimensions.player_version = beacon.player_version;
    if (dimensions == dimensions_[session.dimensions]) return;
    const bool counted = session.counted;
    if (counted) count_out(session, true);
    describe(session, dimensions);
    if (counted) count_in(session, true);
}

/// What the player says of itself and its viewer.
void Shard::learn(Session& session, const Beacon& beacon) {
    name_viewer(session, beacon);
    learn_dimensions(session, beacon);
    if (beacon.latency_ms == absent || stands_still(session.state)) return;
    auto& latencies = session.audience->latencies;
    if (session.latency_bin != 0) latencies.remove(session.latency_bin);
    session.latency_bin = DurationBins::bin_of(beacon.latency_ms);
    latencies.add(session.latency_bin);
}

}  // namespace tally::analytics
