#include "control/event/event_messages.hpp"

#include "json/checks.hpp"

#include <algorithm>

namespace tally::control {

namespace {

/// `payload` is JSON.
std::string wrap(const json::object& metadata, std::string_view payload) {
    return fmt::format(R"({{"metadata":{},"payload":{}}})", json::print(metadata), payload);
}

json::object metadata_of(std::string_view type, Time now) {
    return {
        {"messageId", "msg_" + make_ulid(now)},
        {"messageType", type},
        {"messageTimestamp", to_rfc3339(now)},
    };
}

std::string message_of(std::string_view type, Time now, const json::object& payload) {
    return wrap(metadata_of(type, now), json::print(payload));
}

json::object session_json(const EventSession& session, std::string_view status) {
    return {
        {"id", session.id},
        {"status", status},
        {"connectedAt", to_rfc3339(session.connected_at)},
        {"keepaliveTimeout", session.keepalive.count()},
        {"reconnectUrl", nullptr},
    };
}

template <class Holds>
void check_list(
    json::Checks& checks,
    std::string_view name,
    const std::vector<std::string>& items,
    Holds holds,
    const std::string& expected
) {
    checks.require(items.size() <= most_topics, name, "too_long", "must be 50 at most");
    for (std::size_t i = 0; i < items.size(); ++i)
        checks.require(holds(items[i]), fmt::format("{}/{}", name, i), "invalid_value", expected);
}

json::FieldErrors check_message(const ClientMessage& message) {
    json::Checks checks;
    check_list(
        checks,
        "/topics",
        message.topics,
        [](const std::string& topic) { return topic == every_topic || is_topic(topic); },
        "must be a topic such as broadcast:bc_1, stream:st_1, channel:ch_1 or alerts:ch_1, or *"
    );
    check_list(
        checks,
        "/types",
        message.types.value_or(std::vector<std::string>()),
        is_type_filter,
        "must be an event type, or a family such as stream.*"
    );
    if (message.type == ClientMessageType::ack)
        checks.require(message.sequence.has_value(), "/sequence", "required", "is required");
    else
        checks.require(!message.topics.empty(), "/topics", "required", "is required");
    return checks.take();
}

void follow_topic(EventFilter& filter, const std::string& topic) {
    if (topic == every_topic)
        filter.everything = true;
    else if (std::ranges::find(filter.topics, topic) == filter.topics.end())
        filter.topics.push_back(topic);
}

void leave_topic(EventFilter& filter, const std::string& topic) {
    if (topic == every_topic)
        filter.everything = false;
    else
        std::erase(filter.topics, topic);
}

}  // namespace

json::Decoded<ClientMessage> read_client_message(std::string_view text) {
    auto message = json::read<ClientMessage>(text);
    if (!message) return message;
    if (auto errors = check_message(*message); !errors.empty()) return std::unexpected(std::move(errors));
    return message;
}

std::optional<std::string> message_id_of(std::string_view text) {
    const auto document = json::parse(text);
    const auto* members = document ? document->if_object() : nullptr;
    const auto* id = members ? members->if_contains("id") : nullptr;
    if (id == nullptr || !id->is_string()) return std::nullopt;
    return std::string(id->get_string());
}

json::Decoded<EventFilter> changed(EventFilter filter, const ClientMessage& message) {
    const auto change = message.type == ClientMessageType::subscribe ? follow_topic : leave_topic;
    for (const auto& topic : message.topics)
        change(filter, topic);
    if (message.types) filter.types = *message.types;
    if (filter.topics.size() > most_topics)
        return std::unexpected(
            json::FieldErrors{{"/topics", "too_long", "must be 50 at most on one connection"}}
        );
    return filter;
}

std::vector<std::string> topics_with_star(const EventFilter& filter) {
    auto topics = filter.topics;
    if (filter.everything) topics.emplace(topics.begin(), every_topic);
    return topics;
}

std::string welcome_message(const EventSession& session, std::int64_t sequence) {
    auto payload = session_json(session, "connected");
    payload["sequence"] = sequence;
    return message_of("session_welcome", session.connected_at, {{"session", std::move(payload)}});
}

std::string keepalive_message(Time now) {
    return message_of("session_keepalive", now, {});
}

std::string reconnect_message(
    const EventSession& session, const EventFilter& filter, std::int64_t after, Time now
) {
    auto payload = session_json(session, "reconnecting");
    payload["reconnectUrl"] = fmt::format(
        "/api/ws?topics={}&types={}&after={}&keepaliveTimeout={}",
        fmt::join(topics_with_star(filter), ","),
        fmt::join(filter.types, ","),
        after,
        session.keepalive.count()
    );
    return message_of("session_reconnect", now, {{"session", std::move(payload)}});
}

/// An event keeps its id however often it is told; a figure is told once.
std::string notification_message(const News& news, Time now) {
    auto metadata = metadata_of("notification", now);
    metadata["event"] = news.name;
    if (news.sequence > 0) {
        metadata["messageId"] = news.event_id;
        metadata["sequence"] = news.sequence;
    }
    return wrap(metadata, *news.json);
}

std::string snapshot_message(std::int64_t sequence, json::object resources, Time now) {
    auto metadata = metadata_of("notification", now);
    metadata["event"] = "snapshot";
    metadata["sequence"] = sequence;
    return wrap(
        metadata, json::print(json::object{{"sequence", sequence}, {"resources", std::move(resources)}})
    );
}

std::string ack_message(const ClientMessage& to, const EventFilter& filter, Time now) {
    return message_of(
        "ack",
        now,
        {
            {"id", json::encode(to.id)},
            {"type", enum_text(to.type)},
            {"topics", json::encode(topics_with_star(filter))},
            {"types", json::encode(filter.types)},
        }
    );
}

std::string error_message(const std::optional<std::string>& id, const json::FieldErrors& errors, Time now) {
    json::array list;
    for (const auto& error : errors)
        list.push_back({{"pointer", error.pointer}, {"code", error.code}, {"message", error.message}});
    return message_of(
        "error",
        now,
        {
            {"id", json::encode(id)},
            {"code", "validation_failed"},
            {"detail", "The message is not valid: see errors."},
            {"errors", std::move(list)},
        }
    );
}

}  // namespace tally::control
