// Whether a broadcast's recording may be served, and why not.
#pragma once

#include "cdn/answers.hpp"
#include "cdn/catalogue.hpp"
#include "record/library.hpp"

namespace tally::cdn {

/// What the broadcast routes need; both must outlive the router.
struct Vod {
    record::Library& library;
    Catalogue& catalogue;
};

/// The broadcast that the route's {broadcast} names. 404 "broadcast_not_found", 503.
Async<Outcome<BroadcastFacts>> find_broadcast(Vod vod, const Request& request);

/// The same, once it is over and recorded. 404 "not_recorded"; before its end 404 with `not_ready` as the
/// code and Retry-After.
Async<Outcome<BroadcastFacts>> find_recorded(Vod vod, const Request& request, std::string_view not_ready);

/// A recording that cannot be opened: 404 "not_recorded" when nothing was ever recorded, else 503.
std::unexpected<Problem> no_recording(const Error& error, std::string_view broadcast);

}  // namespace tally::cdn
