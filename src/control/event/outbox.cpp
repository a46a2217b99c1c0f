#include "control/event/outbox.hpp"

#include <cassert>

namespace tally::control {

namespace {

/// Leaves room for the envelope and URLs within the 20 KB that an event may have.
constexpr std::size_t most_bytes = 17 * 1024;

struct Number {
    std::int64_t value = 0;
};
BOOST_DESCRIBE_STRUCT(Number, (), (value))

std::int64_t next_number(sql::Session& session, const std::string& statement, const sql::Parameters& given) {
    const auto number = session.find<Number>(statement, given);
    if (!number) throw sql::Unavailable("store: the sequence of events is missing");
    return number->value;
}

std::size_t size_of(const Event& event) {
    return json::print(event.data).size() + json::print(event.previous).size();
}

/// Long free texts go first: what happened, and to what, is always told.
void shorten(Event& event) {
    for (const auto* name : {"metadata", "description", "tags", "warnings", "evidence"}) {
        if (size_of(event) <= most_bytes) return;
        event.previous.erase(name);
        if (event.data.erase(name) > 0) event.data["truncated"] = true;
    }
}

void write(sql::Session& session, Event event) {
    event.sequence =
        next_number(session, "update event_sequence set value = value + 1 where id = 1 returning value", {});
    event.version = next_number(
        session,
        "insert into event_versions (resource_id, version) values (:id, 1) on conflict (resource_id)"
        " do update set version = event_versions.version + 1 returning version as value",
        {{"id", event.resource_id}}
    );
    event.id = event_id(event.resource_id, event.version, event.type);
    session.insert("events", event);
}

}  // namespace

void Outbox::append(std::string type, Resource resource, json::object data, json::object previous) {
    assert(is_event_type(type));
    Event event{
        .type = std::move(type),
        .resource_type = std::move(resource.type),
        .resource_id = std::move(resource.id),
        .channel_id = std::move(resource.channel_id),
        .occurred_at = now_,
        .data = std::move(data),
        .previous = std::move(previous),
    };
    shorten(event);
    session_.defer([event = std::move(event)](sql::Session& session) { write(session, event); });
}

json::object changed_members(const json::object& before, const json::object& after) {
    json::object changed;
    for (const auto& [name, value] : before) {
        const auto* now = after.if_contains(name);
        if (now == nullptr || *now != value) changed[name] = value;
    }
    return changed;
}

}  // namespace tally::control
