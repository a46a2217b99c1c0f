// From a scheduled event to its broadcast (API A5).
#pragma once

#include "control/broadcast/broadcast_service.hpp"

namespace tally::control {

/// Makes the broadcast of the event `request.scheduled_id`, with what else the request says in place of the
/// event's. Exactly once: a second time gives the same broadcast, `repeated`.
Outcome<BroadcastDetails> convert(
    sql::Session& session, const NewBroadcast& request, Options options, Time now
);

}  // namespace tally::control
