#include "control/event/event_routes.hpp"

#include "control/event/event_socket.hpp"
#include "control/event/event_stream.hpp"
#include "control/event/event_view.hpp"
#include "control/query.hpp"
#include "control/reply.hpp"

#include <charconv>

namespace tally::control {

namespace {

/// Events looked at for one answer: a filter that matches few is answered in several.
constexpr std::size_t most_scanned = 2000;
constexpr std::int64_t most_items = 200;
constexpr std::chrono::seconds least_keepalive{2};
constexpr std::chrono::seconds most_keepalive{600};

struct EventRoutes {
    EventFeed& feed;
    Snapshot snapshot;
};

std::optional<std::int64_t> parse_sequence(std::string_view text) {
    std::int64_t sequence = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), sequence);
    if (error != std::errc() || end != text.data() + text.size() || sequence < 0) return std::nullopt;
    return sequence;
}

std::int64_t read_sequence(Query& query, std::string_view name) {
    const auto text = query.text(name);
    if (!text) return 0;
    const auto sequence = parse_sequence(*text);
    if (!sequence) query.refuse(name, "must be the sequence of an event");
    return sequence.value_or(0);
}

std::size_t read_limit(Query& query) {
    const auto text = query.text("limit");
    if (!text) return 50;
    const auto limit = parse_sequence(*text).value_or(0);
    if (limit < 1 || limit > most_items) query.refuse("limit", "must be 1..200");
    return static_cast<std::size_t>(limit);
}

Async<Outcome<http::Response>> replay(const EventRoutes& routes, const http::Request& request) {
    Query query(request);
    const auto filter = read_filter(query);
    auto sequence = std::max(read_sequence(query, "after"), read_sequence(query, "cursor"));
    const auto limit = read_limit(query);
    if (auto valid = query.finish(); !valid) co_return std::unexpected(std::move(valid).error());
    json::array items;
    bool at_end = false;
    for (std::size_t scanned = 0; items.size() < limit && scanned < most_scanned && !at_end;) {
        const auto page = co_await routes.feed.after(sequence);
        at_end = page.empty();
        for (const auto& told : page) {
            if (items.size() == limit) break;
            sequence = told->event.sequence;
            ++scanned;
            if (filter.matches(*told)) items.emplace_back(event_json(told->event, routes.feed.urls()));
        }
    }
    std::optional<std::string> next;
    if (!at_end && sequence < routes.feed.newest()) next = std::to_string(sequence);
    co_return reply_list(request, std::move(items), next);
}

std::unexpected<Problem> too_many_followers() {
    return std::unexpected(Problem{
        .status = 503,
        .code = "too_many_followers",
        .detail = "As many clients follow events as this server takes.",
        .retry_after = 10,
    });
}

Async<Outcome<http::Response>> tell_live(const EventRoutes& routes, const http::Request& request) {
    Query query(request);
    EventStream::Options options{
        .filter = read_filter(query),
        .after = parse_sequence(request.header("Last-Event-ID")),
        .snapshot = query.flag("snapshot", false),
    };
    if (auto valid = query.finish(); !valid) co_return std::unexpected(std::move(valid).error());
    const Executor executor = co_await asio::this_coro::executor;
    const auto stream = EventStream::open(routes.feed, executor, std::move(options), routes.snapshot);
    if (!stream) co_return too_many_followers();
    http::Response response{
        .status = 200,
        .headers = {},
        .body = [stream](http::BodyWriter& writer) { return stream->write_to(writer); },
    };
    response.headers.set("Content-Type", "text/event-stream");
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("X-Accel-Buffering", "no");  // nginx in front must not hold events back
    co_return response;
}

/// "*" is everything; what names nothing waits for messages that do.
EventSocket::Options read_socket_options(Query& query) {
    EventSocket::Options options{
        .filter = read_filter(query),
        .after = query.text("after") ? std::optional(read_sequence(query, "after")) : std::nullopt,
        .snapshot = query.flag("snapshot", false),
    };
    if (query.text("keepaliveTimeout")) {
        options.keepalive = std::chrono::seconds(read_sequence(query, "keepaliveTimeout"));
        if (options.keepalive < least_keepalive || options.keepalive > most_keepalive)
            query.refuse("keepaliveTimeout", "must be 2..600");
    }
    return options;
}

Async<Outcome<http::Response>> tell_by_socket(const EventRoutes& routes, const http::Request& request) {
    Query query(request);
    const auto options = read_socket_options(query);
    if (auto valid = query.finish(); !valid) co_return std::unexpected(std::move(valid).error());
    if (auto refusal = http::refuse_upgrade(request)) co_return *std::move(refusal);
    const Executor executor = co_await asio::this_coro::executor;
    const auto socket = EventSocket::open(routes.feed, executor, options, routes.snapshot);
    if (!socket) co_return too_many_followers();
    co_return http::Response{
        .status = 101,
        .headers = {},
        .body = [socket](http::WebSocket& connection) { return socket->talk(connection); },
    };
}

}  // namespace

void add_event_routes(http::Router& router, EventFeed& feed, Snapshot snapshot) {
    using http::Method;
    const auto routes = std::make_shared<const EventRoutes>(feed, std::move(snapshot));
    const AddRoute add(router, routes);
    add(Method::get, "/api/events", replay);
    add(Method::get, "/api/events/stream", tell_live);
    add(Method::get, "/api/ws", tell_by_socket);
}

}  // namespace tally::control
