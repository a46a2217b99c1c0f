// What a changed row means to those who follow: called by the repositories, so that no change goes untold.
#pragma once

#include "control/broadcast/broadcast.hpp"
#include "control/channel/channel.hpp"
#include "control/schedule/scheduled_event.hpp"
#include "control/stream/stream.hpp"
#include "sql/session.hpp"

namespace tally::control {

void tell_created(sql::Session& session, const Channel& channel);
void tell_created(sql::Session& session, const Broadcast& broadcast);
void tell_created(sql::Session& session, const Stream& stream);
void tell_created(sql::Session& session, const ScheduledEvent& event);

/// One event for each thing that happened, or "updated" when something else changed, or none.
void tell_changed(sql::Session& session, const Channel& before, const Channel& after);
void tell_changed(sql::Session& session, const Broadcast& before, const Broadcast& after, Time now);
void tell_changed(sql::Session& session, const Stream& before, const Stream& after, Time now);
void tell_changed(sql::Session& session, const ScheduledEvent& before, const ScheduledEvent& after, Time now);

/// An encoder was let in to feed it.
void tell_connected(sql::Session& session, const Stream& stream, Time now);

}  // namespace tally::control
