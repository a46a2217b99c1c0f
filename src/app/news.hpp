// Tells what happens to audiences and to this server: events that no change of the store brings.
#pragma once

#include "analytics/session/engine.hpp"
#include "app/audience_news.hpp"
#include "app/health_monitor.hpp"
#include "app/system_news.hpp"

#include <deque>

namespace tally::app {

class News {
public:
    /// All of it outlives this.
    struct Parts {
        const Clock& clock;
        sql::Database& database;
        const analytics::Engine& audience;
        const HealthMonitor& health;
        std::string node;
    };

    News(const Executor& home, const Parts& parts)
        : parts_(parts),
          announcements_(parts.database),
          audience_(parts.clock.now()),
          system_(parts.node),
          timer_(home) {}

    /// Until close(), on `home`. What cannot be told now waits, and the newest of it is kept.
    Async<> run();
    void close();

    /// On `home`.
    void tell(control::Announcement announcement);

private:
    void look_at_audiences();
    Async<> look_at_system();
    Async<> tell_waiting();

    Parts parts_;
    control::Announcements announcements_;
    AudienceNews audience_;
    SystemNews system_;
    net::Timer timer_;
    std::deque<control::Announcement> waiting_;
    bool closed_ = false;
};

}  // namespace tally::app
