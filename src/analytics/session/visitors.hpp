// Who a request comes from, remembered from its last one: signatures, patterns and addresses are too dear to
// go through for every segment.
#pragma once

#include "analytics/client.hpp"
#include "analytics/keys.hpp"
#include "analytics/recent.hpp"
#include "analytics/session/evidence.hpp"
#include "analytics/session/newcomer_limit.hpp"

namespace tally::analytics {

/// A player at an address, on a channel.
struct Visitor {
    ClientPtr client;
    std::uint64_t alias = 0;  // keyed hash of the three
    SessionKey stand_in = 0;  // its view when none is ever named
    SessionKey told = 0;      // the view that the alias was told to stand for, and when
    Time told_at{};
    Time until{};  // the end of the day, when its stand-in changes
};

/// The view that an address of ours names.
struct NamedView {
    SessionKey session = 0;  // 0: a name that we did not give
    ClaimsPtr claims;        // may be null
    Time until{};
};

/// Of one thread.
class Visitors {
public:
    Visitors(ClientCache& clients, const Keys& keys, const BeaconTokens& tokens)
        : clients_(clients),
          keys_(keys),
          tokens_(tokens) {}

    Visitor& visitor(const ClientTraits& traits, std::string_view channel, Time now);

    /// The view of a query with "sid" and "tk"; that of no view otherwise.
    const NamedView& named(std::string_view query, const BroadcastEntry& broadcast, Time now);

    /// The name in a query that names a view of the broadcast, for other addresses.
    static std::string name_in(std::string_view query, const BroadcastEntry& broadcast);

    /// Whether the alias has to be told its view again: it is another, or has not been told for a while.
    static bool tell(Visitor& visitor, SessionKey session, Time now);

    /// False for one of too many views that the address began within the minute.
    bool fits(std::string_view address, SessionKey view, Time now);

private:
    static constexpr std::size_t generation = 65'536;

    ClientCache& clients_;
    const Keys& keys_;
    const BeaconTokens& tokens_;
    Recent<Visitor> visitors_{generation};
    Recent<NamedView> named_{generation};
    NewcomerLimit newcomers_;
};

}  // namespace tally::analytics
