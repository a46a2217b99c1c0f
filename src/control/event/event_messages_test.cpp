#include "control/event/event_messages.hpp"

#include <doctest/doctest.h>

namespace tally::control {
namespace {

const Time told_at{std::chrono::seconds(1'790'000'000)};

json::object parsed(const std::string& text) {
    const auto document = json::parse(text);
    REQUIRE(document);
    return document->as_object();
}

/// "/topics/0 invalid_value" of what a message is refused for; empty when it is good.
std::string refusals(std::string_view text) {
    const auto message = read_client_message(text);
    std::string list;
    if (message) return list;
    for (const auto& error : message.error())
        list += fmt::format("{}{} {}", list.empty() ? "" : ", ", error.pointer, error.code);
    return list;
}

EventFilter after_messages(std::initializer_list<std::string_view> texts) {
    EventFilter filter;
    for (const auto text : texts) {
        auto next = changed(filter, *read_client_message(text));
        REQUIRE(next);
        filter = *std::move(next);
    }
    return filter;
}

}  // namespace

TEST_CASE("what a client may say, and everything that is wrong with what it may not") {
    CHECK(refusals(R"({"type":"subscribe","topics":["broadcast:bc_1","*"],"types":["stream.*"]})").empty());
    CHECK(refusals(R"({"type":"ack","sequence":12})").empty());
    for (const auto& [text, expected] : std::to_array<std::pair<std::string_view, std::string_view>>({
             {"", " malformed"},
             {"{", " malformed"},
             {"[]", " wrong_type"},
             {R"({})", "/type required"},
             {R"({"type":"shout"})", "/type invalid_value"},
             {R"({"type":"subscribe"})", "/topics required"},
             {R"({"type":"subscribe","topics":"broadcast:bc_1"})", "/topics wrong_type"},
             {R"({"type":"subscribe","topics":["channel:ch_1","weather:today","stream:"],"types":["x.y"]})",
              "/topics/1 invalid_value, /topics/2 invalid_value, /types/0 invalid_value"},
             {R"({"type":"ack"})", "/sequence required"},
             {R"({"type":"ack","sequence":1.5})", "/sequence out_of_range"},
         })) {
        CAPTURE(text);
        CHECK(refusals(text) == expected);
    }
    CHECK(message_id_of(R"({"id":"7","type":"shout"})") == "7");
    CHECK(message_id_of(R"({"id":7})") == std::nullopt);
    CHECK(message_id_of("{") == std::nullopt);
}

TEST_CASE("topics are followed until they are left, each once; types are those named last") {
    const auto filter = after_messages({
        R"({"type":"subscribe","topics":["broadcast:bc_1","stream:st_1"],"types":["stream.*"]})",
        R"({"type":"subscribe","topics":["stream:st_1","*"]})",
        R"({"type":"unsubscribe","topics":["broadcast:bc_1","channel:never"]})",
    });
    CHECK(topics_with_star(filter) == std::vector<std::string>{"*", "stream:st_1"});
    CHECK(filter.types == std::vector<std::string>{"stream.*"});
    CHECK(follows_anything(filter));
    CHECK_FALSE(follows_anything(after_messages({
        R"({"type":"subscribe","topics":["*","stream:st_1"]})",
        R"({"type":"unsubscribe","topics":["*","stream:st_1"]})",
    })));
}

TEST_CASE("one connection follows fifty topics at most") {
    ClientMessage message{.type = ClientMessageType::subscribe};
    for (int i = 0; i < 50; ++i)
        message.topics.push_back(fmt::format("stream:st_{}", i));
    CHECK(refusals(json::write(message)).empty());
    const auto full = changed({}, message);
    REQUIRE(full);
    CHECK(changed(*full, message));
    const auto refused =
        changed(*full, {.type = ClientMessageType::subscribe, .topics = {"stream:one_more"}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().front().code == "too_long");
    message.topics.emplace_back("stream:one_more");
    CHECK(refusals(json::write(message)) == "/topics too_long");
}

TEST_CASE("a notification is the event as it is elsewhere, in an envelope that tells its place") {
    const auto body = std::make_shared<const std::string>(R"({"id":"evt_1","type":"stream.active"})");
    const News event{.name = "state", .sequence = 9, .event_id = "evt_1", .json = body};
    const auto message = parsed(notification_message(event, told_at));
    CHECK(json::print(message.at("payload")) == *body);
    const auto& metadata = message.at("metadata").as_object();
    CHECK(metadata.at("messageType") == "notification");
    CHECK(metadata.at("messageId") == "evt_1");
    CHECK(metadata.at("messageTimestamp").as_string() == to_rfc3339(told_at));
    CHECK(metadata.at("event") == "state");
    CHECK(metadata.at("sequence") == 9);

    const auto figure = parsed(notification_message({.name = "viewers", .json = body}, told_at));
    CHECK_FALSE(figure.at("metadata").as_object().contains("sequence"));
    CHECK(figure.at("metadata").at("messageId") != "evt_1");
}

TEST_CASE("a session is told of its keepalive, and of where to come back to") {
    const EventSession session{.id = "ws_1", .connected_at = told_at, .keepalive = std::chrono::seconds(30)};
    const auto welcome = parsed(welcome_message(session, 4));
    CHECK(welcome.at("metadata").at("messageType") == "session_welcome");
    const auto& connected = welcome.at("payload").at("session");
    CHECK(connected.at("id") == "ws_1");
    CHECK(connected.at("status") == "connected");
    CHECK(connected.at("keepaliveTimeout") == 30);
    CHECK(connected.at("reconnectUrl").is_null());
    CHECK(connected.at("sequence") == 4);

    const EventFilter filter{.topics = {"stream:st_1"}, .types = {"stream.*"}, .everything = true};
    const auto reconnect = parsed(reconnect_message(session, filter, 17, told_at));
    CHECK(reconnect.at("metadata").at("messageType") == "session_reconnect");
    CHECK(
        reconnect.at("payload").at("session").at("reconnectUrl") ==
        "/api/ws?topics=*,stream:st_1&types=stream.*&after=17&keepaliveTimeout=30"
    );
}

}  // namespace tally::control
