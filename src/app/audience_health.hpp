// What analytics know of a broadcast's audience, as alert rules look at it.
#pragma once

#include "analytics/session/snapshot.hpp"
#include "health/observation.hpp"

namespace tally::app {

/// Nothing for a null snapshot: the broadcast is not on the air here.
health::Audience audience_health(const analytics::SnapshotPtr& snapshot);

}  // namespace tally::app
