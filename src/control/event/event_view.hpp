// An event as webhooks, event streams and the replay print it.
#pragma once

#include "control/event/event.hpp"
#include "http/public_urls.hpp"

namespace tally::control {

/// The envelope of Standard Webhooks, with the order that receivers can check. URLs are those of the process
/// that tells it, not of the one that wrote it down.
json::object event_json(const Event& event, const http::PublicUrls& urls);

}  // namespace tally::control
