// What the two sides of an event socket say to one another, as text. No I/O.
#pragma once

#include "control/event/event_cursor.hpp"

#include <boost/describe/enum.hpp>

namespace tally::control {

enum class ClientMessageType : std::uint8_t { subscribe, unsubscribe, ack };
BOOST_DESCRIBE_ENUM(ClientMessageType, subscribe, unsubscribe, ack)

struct ClientMessage {
    ClientMessageType type{};
    std::optional<std::string> id{};  // the client's, for the answer
    std::vector<std::string> topics{};
    std::optional<std::vector<std::string>> types{};  // given: from now on only these
    std::optional<bool> snapshot{};
    std::optional<std::int64_t> sequence{};  // of an ack: what the client has dealt with
};
BOOST_DESCRIBE_STRUCT(ClientMessage, (), (type, id, topics, types, snapshot, sequence))

/// What is wrong is named at once; topics and types are good ones.
json::Decoded<ClientMessage> read_client_message(std::string_view text);
/// The client's id of a message, good or not.
std::optional<std::string> message_id_of(std::string_view text);

/// What a socket follows after a subscribe or unsubscribe; refused when that is too much.
json::Decoded<EventFilter> changed(EventFilter filter, const ClientMessage& message);

/// False: nothing is to be told. What names no topic follows everything elsewhere.
inline bool follows_anything(const EventFilter& filter) {
    return filter.everything || !filter.topics.empty();
}

/// "topics" in a query or message: with "*" for everything.
std::vector<std::string> topics_with_star(const EventFilter& filter);

/// One connection, as the client sees it.
struct EventSession {
    std::string id;
    Time connected_at;
    std::chrono::seconds keepalive{10};  // it hears something within this time
};

std::string welcome_message(const EventSession& session, std::int64_t sequence);
std::string keepalive_message(Time now);
/// Where to come back to, and from which event on.
std::string reconnect_message(
    const EventSession& session, const EventFilter& filter, std::int64_t after, Time now
);
std::string notification_message(const News& news, Time now);
std::string snapshot_message(std::int64_t sequence, json::object resources, Time now);
std::string ack_message(const ClientMessage& to, const EventFilter& filter, Time now);
std::string error_message(const std::optional<std::string>& id, const json::FieldErrors& errors, Time now);

}  // namespace tally::control
