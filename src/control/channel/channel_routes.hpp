// The HTTP API of channels (API section 1.6).
#pragma once

#include "control/channel/channel_service.hpp"
#include "control/cursors.hpp"
#include "http/router.hpp"

namespace tally::control {

/// The service and the cursors outlive the router.
void add_channel_routes(http::Router& router, ChannelService& channels, const Cursors& cursors);

}  // namespace tally::control
