// Events are written in the transaction of the change that they tell of: neither is ever without the other.
#pragma once

#include "control/event/event.hpp"
#include "sql/session.hpp"

namespace tally::control {

/// What an event is about. `type` is the first half of its event types: "stream".
struct Resource {
    std::string type;
    std::string id;
    std::optional<std::string> channel_id{};
};

class Outbox {
public:
    Outbox(sql::Session& session, Time now) : session_(session), now_(now) {}

    /// Tells of it once the transaction is committed. `data`: the resource as the API prints it, without
    /// secrets. `previous`: members that changed, as they were. What is over 20 KB loses its longest texts.
    void append(std::string type, Resource resource, json::object data, json::object previous = {});

private:
    sql::Session& session_;
    Time now_;
};

/// The members of `before` that `after` has otherwise.
json::object changed_members(const json::object& before, const json::object& after);

}  // namespace tally::control
