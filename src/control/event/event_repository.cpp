#include "control/event/event_repository.hpp"

#include <fmt/format.h>

namespace tally::control {

namespace {

struct Sequence {
    std::int64_t value = 0;
};
BOOST_DESCRIBE_STRUCT(Sequence, (), (value))

}  // namespace

std::vector<Event> EventRepository::after(std::int64_t sequence, std::size_t limit) {
    return session_.query<Event>(
        fmt::format("select * from events where sequence > :sequence order by sequence limit {}", limit),
        {{"sequence", sequence}}
    );
}

std::optional<Event> EventRepository::find(const std::string& id) {
    return session_.find<Event>("select * from events where id = :id", {{"id", id}});
}

std::int64_t EventRepository::newest() {
    const auto newest = session_.find<Sequence>("select value from event_sequence where id = 1");
    return newest ? newest->value : 0;
}

std::int64_t EventRepository::oldest() {
    const auto oldest =
        session_.find<Sequence>("select sequence as value from events order by sequence limit 1");
    return oldest ? oldest->value : newest() + 1;
}

void EventRepository::remove_before(Time time) {
    session_.execute("delete from events where occurred_at < :time", {{"time", time}});
}

}  // namespace tally::control
