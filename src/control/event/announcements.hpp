// What happens to no row of the store: audiences that grow, a server that runs out of something.
#pragma once

#include "control/event/outbox.hpp"
#include "sql/database.hpp"

namespace tally::control {

struct Announcement {
    std::string type;  // of the event
    Resource resource;
    json::object data;
    Time at;
};

class Announcements {
public:
    explicit Announcements(sql::Database& database) : database_(database) {}

    /// In this order. Throws Unavailable, and then none is told.
    Async<> tell(std::vector<Announcement> announcements);
    /// Whether anything can be told now.
    Async<bool> is_store_there();

private:
    sql::Database& database_;
};

}  // namespace tally::control
