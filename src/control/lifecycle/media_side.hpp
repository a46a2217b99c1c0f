// What a change in the store means for running media: done after the commit, safe to repeat.
#pragma once

#include "control/broadcast/broadcast.hpp"
#include "control/stream/live_directory.hpp"
#include "sql/database.hpp"

namespace tally::control {

/// Makes the stream run, unless it was ended meanwhile: whichever comes last, start or end, the media side
/// agrees with the store.
Async<> start_media(sql::Database& database, LiveDirectory& live, LiveStart start);

/// Returns when the broadcast's recording is playable, its duration noted.
Async<std::optional<RecordingState>> finish_recording(
    sql::Database& database, LiveDirectory& live, const Broadcast& broadcast, Time now
);

}  // namespace tally::control
