// What control needs of the ingest protocols to test a connection.
#pragma once

#include "base/clock.hpp"
#include "net/listener.hpp"

#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tally::control {

enum class TestStep : std::uint8_t { resolve, connect, handshake, publish_probe };
BOOST_DESCRIBE_ENUM(TestStep, resolve, connect, handshake, publish_probe)

struct ProbeTarget {
    net::Endpoint endpoint;
    std::string app;
    std::string host;  // as the URL names it
};

struct ProbeReport {
    struct Timing {
        TestStep step{};
        Instant::duration took{};
    };

    std::vector<Timing> steps;   // from connect on; with an error, the last one is that which failed
    std::optional<Error> error;  // Errc::refused in publish_probe: the server's own answer
};

class IngestProbe {
public:
    virtual ~IngestProbe() = default;
    /// Disturbs nobody who publishes there. Returns within `budget`.
    virtual Async<ProbeReport> probe(ProbeTarget target, Milliseconds budget) = 0;
};

}  // namespace tally::control
