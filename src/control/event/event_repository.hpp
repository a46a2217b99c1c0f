// Events in the store.
#pragma once

#include "control/event/event.hpp"
#include "sql/session.hpp"

namespace tally::control {

class EventRepository {
public:
    explicit EventRepository(sql::Session& session) : session_(session) {}

    /// The next ones in order, `limit` at most.
    std::vector<Event> after(std::int64_t sequence, std::size_t limit);
    std::optional<Event> find(const std::string& id);
    /// Sequence of the newest event ever; 0 before the first.
    std::int64_t newest();
    /// Of the oldest that is kept; one past newest() when none is.
    std::int64_t oldest();
    void remove_before(Time time);

private:
    sql::Session& session_;
};

}  // namespace tally::control
