// What follows outside the store when a broadcast has ended in it.
#pragma once

#include "control/broadcast/broadcast.hpp"
#include "control/stream/live_directory.hpp"
#include "sql/database.hpp"

namespace tally::control {

/// Returns when the broadcast's recording is playable, its duration noted. Repeating is harmless.
Async<std::optional<RecordingState>> finish_recording(
    sql::Database& database, LiveDirectory& live, const Broadcast& broadcast
);

}  // namespace tally::control
