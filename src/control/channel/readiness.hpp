// Whether a channel can go on the air: what its people check before a broadcast, checked by the server.
#pragma once

#include "control/channel/channel_service.hpp"
#include "http/router.hpp"

namespace tally::control {

/// One thing that a broadcast needs, known by another part of the program.
struct ReadinessCheck {
    std::string name;  // "ingest"
    /// What is wrong, for people; empty when nothing is. May add members to what is printed of the check.
    std::function<Async<std::string>(const Channel& channel, json::object& details)> run;
};

/// GET /api/channels/{id}/readiness. The service outlives the router.
void add_readiness_route(http::Router& router, ChannelService& channels, std::vector<ReadinessCheck> checks);

}  // namespace tally::control
