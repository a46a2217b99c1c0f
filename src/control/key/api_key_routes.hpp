// The HTTP API of API keys.
#pragma once

#include "control/cursors.hpp"
#include "control/key/api_key_service.hpp"
#include "http/router.hpp"

namespace tally::control {

/// All references outlive the router.
void add_api_key_routes(
    http::Router& router, ApiKeyService& keys, const Cursors& cursors, const Clock& clock
);

}  // namespace tally::control
