// What is kept of a viewer, and its erasure: by the id that the integrator declared.
#pragma once

#include "analytics/keys.hpp"
#include "analytics/session/engine.hpp"
#include "http/router.hpp"

namespace tally::analytics {

/// GET and DELETE /api/analytics/viewers/{viewerId}, and GET /api/analytics/privacy. All references outlive
/// the router.
void add_viewer_routes(http::Router& router, Engine& engine, FactStore& store, const Keys& keys);

}  // namespace tally::analytics
