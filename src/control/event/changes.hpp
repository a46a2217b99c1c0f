// What a changed row means to those who follow: called by the repositories, so that no change goes untold.
#pragma once

#include "control/alert/alert.hpp"
#include "control/broadcast/broadcast.hpp"
#include "control/channel/channel.hpp"
#include "control/schedule/scheduled_event.hpp"
#include "control/stream/live_directory.hpp"
#include "control/stream/stream.hpp"
#include "sql/session.hpp"

namespace tally::control {

void tell_created(sql::Session& session, const Channel& channel);
void tell_created(sql::Session& session, const Broadcast& broadcast);
void tell_created(sql::Session& session, const Stream& stream);
void tell_created(sql::Session& session, const ScheduledEvent& event);
/// Raised; resolved as well when it was over before it could be told.
void tell_created(sql::Session& session, const Alert& alert, Time now);

/// One event for each thing that happened, or "updated" when something else changed, or none.
void tell_changed(sql::Session& session, const Channel& before, const Channel& after);
void tell_changed(sql::Session& session, const Broadcast& before, const Broadcast& after, Time now);
void tell_changed(sql::Session& session, const Stream& before, const Stream& after, Time now);
void tell_changed(sql::Session& session, const ScheduledEvent& before, const ScheduledEvent& after, Time now);
/// News of an alert that goes on is none.
void tell_changed(sql::Session& session, const Alert& before, const Alert& after, Time now);

/// Its time has come: `type` is "scheduled.due" and the like.
void tell_moment(sql::Session& session, const ScheduledEvent& event, std::string type, Time now);
/// What became of the broadcast's recording, once its end is on disk.
void tell_recording(
    sql::Session& session, const Broadcast& broadcast, const RecordingState& recording, Time now
);
void tell_health(
    sql::Session& session, const Stream& stream, std::string_view before, std::string_view after, Time now
);
/// That it still runs.
void tell_heartbeat(sql::Session& session, const Stream& stream, Time now);
/// An encoder was let in to feed it.
void tell_connected(sql::Session& session, const Stream& stream, Time now);

}  // namespace tally::control
