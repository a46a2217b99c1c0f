// What reaches a shard: word from our own delivery, and players' reports.
#pragma once

#include "analytics/client.hpp"
#include "analytics/collect/beacon.hpp"
#include "analytics/session/broadcast_entry.hpp"
#include "analytics/session/facets.hpp"

namespace tally::analytics {

using ClaimsPtr = std::shared_ptr<const Claims>;

/// A player took something of the broadcast, or its connection still plays it, or has closed.
struct Delivery {
    SessionKey session = 0;  // 0: the request did not say
    /// Hash of address, player and channel: leads from requests that do not say their view to one that did.
    std::uint64_t alias = 0;
    SessionKey stand_in = 0;  // the view when none is ever named
    enum class Kind : std::uint8_t {
        playlist,
        manifest,  // DASH players do not all go on where the first manifest sends them
        media,     // does not make a view
        name,      // from lane to lane: `alias` is `session`, which took media when there are `bytes`
        idle,      // from lane to lane: the view's player asks for playlists alone
    } kind = Kind::playlist;
    BroadcastPtr broadcast;
    ClientPtr client;
    ClaimsPtr claims;                    // may be null
    std::shared_ptr<const Beacon> told;  // what the request says of playing, by CMCD; may be null
    Protocol protocol = Protocol::hls;
    std::uint64_t bytes = 0;
    bool held = false;  // the connection stands: it needs no further word until it is closed
    bool closed = false;
    bool crowded = false;  // its address has begun too many views at a time
};

struct PlayerReport {
    Beacon beacon;
    BroadcastPtr broadcast;
    ClientPtr client;
    ClaimsPtr claims;  // may be null
    Time received;
    std::uint64_t journal = 0;  // its record's number; 0: not journaled
    bool replayed = false;      // from the journal, when it was not limited
    bool crowded = false;       // its address has begun too many views at a time
};

/// A viewer with a declared id is counted on one shard, whichever holds the views.
struct PresenceChange {
    BroadcastPtr broadcast;
    ViewerKey viewer = 0;
    Facets facets;
    enum class Kind : std::uint8_t { comes, goes, known } kind = Kind::comes;
    bool quiet = false;
};

}  // namespace tally::analytics
