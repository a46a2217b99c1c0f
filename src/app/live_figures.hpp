// Figures of now for event streams: once a second, what is asked of the store every five, and only what
// somebody follows.
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
        /// The analytics API's answer of that kind about the broadcast, as JSON; empty where there is none.
        std::function<Async<std::string>(BroadcastId broadcast, std::string_view kind)> answer;
    };

    LiveFigures(const Executor& home, Parts parts) : home_(home), parts_(std::move(parts)), timer_(home) {}

    /// Until close(); both on `home`.
    Async<> run();
    void close();

private:
    void publish(const std::string& topic);
    Async<> publish_answers();

    Executor home_;
    Parts parts_;
    net::Timer timer_;
    bool closed_ = false;
    bool asking_ = false;
};

}  // namespace tally::app
