// What one client may cost an HTTP server.
#pragma once

#include <chrono>
#include <cstddef>

namespace tally::http {

struct Limits {
    std::size_t header_bytes = 16 * 1024;
    std::size_t body_bytes = 1024 * 1024;
    std::size_t connections = 20'000;       // per server; further ones are closed at once
    std::chrono::seconds idle{75};          // a kept connection without a request
    std::chrono::seconds request{15};       // from a request's first byte to its last
    std::chrono::seconds write_stall{30};   // without one byte accepted by the client
    std::size_t message_bytes = 16 * 1024;  // of a WebSocket's client
    std::chrono::seconds ping{20};  // after which a silent WebSocket is pinged; twice that, and it is dropped
};

}  // namespace tally::http
