// Figures of now for event streams: once a second, and only what somebody follows.
#pragma once

#include "analytics/session/engine.hpp"
#include "control/event/event_feed.hpp"
#include "control/stream/health_directory.hpp"

namespace tally::app {

class LiveFigures {
public:
    /// All of it outlives this.
    struct Parts {
        const Clock& clock;
        control::EventFeed& feed;
        const control::HealthDirectory& health;
        const analytics::Engine& audience;
    };

    LiveFigures(const Executor& home, const Parts& parts) : parts_(parts), timer_(home) {}

    /// Until close(); both on `home`.
    Async<> run();
    void close();

private:
    void publish(const std::string& topic);

    Parts parts_;
    net::Timer timer_;
    bool closed_ = false;
};

}  // namespace tally::app
