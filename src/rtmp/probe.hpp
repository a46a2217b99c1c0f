// Whether a server takes RTMP encoders: greets it as one would, and leaves before publishing anything.
#pragma once

#include "base/clock.hpp"
#include "net/listener.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tally::rtmp {

struct ProbeTarget {
    net::Endpoint endpoint;
    std::string app;   // "live"
    std::string host;  // as the URL names it: "ingest.example.com"
};

struct ProbeReport {
    enum class Step : unsigned char { connect, handshake, publish_probe };

    struct Timing {
        Step step{};
        Instant::duration took{};
    };

    std::vector<Timing> steps;   // as far as it came; with an error, the last one is that which failed
    std::optional<Error> error;  // Errc::refused in publish_probe: the server's own answer
};

/// Connects, shakes hands (C0 to C2), and sends `connect` and `releaseStream`: no stream name of anybody's is
/// sent, so no encoder is disturbed and no key leaves. Returns within `budget`; reads a bounded amount.
Async<ProbeReport> probe(ProbeTarget target, Milliseconds budget, const Clock& clock);

}  // namespace tally::rtmp
