// A broadcast as the API prints it.
#pragma once

#include "control/broadcast/broadcast_service.hpp"
#include "http/public_urls.hpp"

namespace tally::control {

json::object broadcast_urls(const ChannelId& channel, const http::PublicUrls& urls);
json::object broadcast_json(const BroadcastDetails& details, const http::PublicUrls& urls);
/// The answer to who made it: 200 when it was there before.
http::Response reply_created(const BroadcastDetails& details, const http::PublicUrls& urls);
/// The part that the answer to stop-stream carries.
json::object broadcast_summary(const Broadcast& broadcast);

}  // namespace tally::control
