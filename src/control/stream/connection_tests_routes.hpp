// The HTTP API of connection tests (API section 1.5).
#pragma once

#include "control/stream/connection_tests.hpp"
#include "http/router.hpp"

namespace tally::control {

/// The tests outlive the router.
void add_connection_test_route(http::Router& router, ConnectionTests& tests);

}  // namespace tally::control
