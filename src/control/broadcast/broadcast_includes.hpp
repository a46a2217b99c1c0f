// Further members of a broadcast that clients ask for: ?include=analytics,recording,streams.
#pragma once

#include "control/broadcast/broadcast_service.hpp"

namespace tally::control {

/// One member, known by another part of the program.
struct BroadcastInclude {
    std::string name;  // "recording"
    /// Null when there is nothing to tell. What it throws means that the part is out of reach.
    std::function<Async<json::value>(const BroadcastDetails& details)> read;
};

using BroadcastIncludes = std::vector<BroadcastInclude>;

/// The names of the query's `include`; 400 for one that the API does not know.
Outcome<std::vector<std::string>> read_include(const http::Request& request);

/// Adds each member that is wanted to `view`. The broadcast is answered whatever becomes of the others: a
/// member out of reach is null, and `{name}Error` says so (API H11).
Async<> fill(
    json::object& view,
    const BroadcastDetails& details,
    const BroadcastIncludes& offered,
    const std::vector<std::string>& wanted
);

}  // namespace tally::control
