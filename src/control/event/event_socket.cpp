#include "control/event/event_socket.hpp"

namespace tally::control {

namespace {

/// Something is sent this long before the client would think that the connection is dead.
constexpr std::chrono::seconds early{1};

}  // namespace

std::shared_ptr<EventSocket> EventSocket::open(
    EventFeed& feed, const Executor& executor, const Options& options, Snapshot snapshot
) {
    auto cursor = EventCursor::open(feed, executor, options.filter, options.after);
    if (!cursor) return nullptr;
    return std::shared_ptr<EventSocket>(new EventSocket(feed, std::move(cursor), options, std::move(snapshot))
    );
}

EventSocket::EventSocket(
    EventFeed& feed, std::unique_ptr<EventCursor> cursor, const Options& options, Snapshot snapshot
)
    : feed_(feed),
      cursor_(std::move(cursor)),
      snapshot_(std::move(snapshot)),
      session_{
          .id = "ws_" + make_ulid(feed.clock().now()),
          .connected_at = feed.clock().now(),
          .keepalive = options.keepalive,
      },
      snapshot_wanted_(options.snapshot) {}

Async<> EventSocket::talk(http::WebSocket& socket) {
    socket.on_news([this] { cursor_->wake(); });
    co_await tell(socket, welcome_message(session_, cursor_->sequence()));
    if (snapshot_wanted_) co_await tell_snapshot(socket, cursor_->filter().topics);
    while (socket.is_open() && !feed_.is_closed()) {
        if (auto text = socket.take())
            co_await answer(socket, *std::move(text));
        else if (follows_anything(cursor_->filter()))
            co_await tell_news(socket);
        else
            co_await wait_or_keep_alive(socket);
    }
    if (socket.is_open()) co_await tell_to_return(socket);
}

Async<> EventSocket::tell(http::WebSocket& socket, std::string message) {
    co_await socket.send(message);
    told_at_ = system_clock().monotonic();
}

Async<> EventSocket::tell_news(http::WebSocket& socket) {
    const auto news = co_await cursor_->next();
    for (const auto& each : news)
        co_await tell(socket, notification_message(each, feed_.clock().now()));
    if (news.empty() && !cursor_->has_more()) co_await wait_or_keep_alive(socket);
}

/// Numbered with the event before which it was taken: what comes behind that may be in it already.
Async<> EventSocket::tell_snapshot(http::WebSocket& socket, std::vector<std::string> topics) {
    const auto sequence = cursor_->sequence();
    auto resources = co_await EventCursor::look_at(snapshot_, std::move(topics));
    co_await tell(socket, snapshot_message(sequence, std::move(resources), feed_.clock().now()));
}

/// Who acknowledges hears again what it had not; for others it goes on where this ended.
Async<> EventSocket::tell_to_return(http::WebSocket& socket) {
    const auto after = acked_.value_or(cursor_->sequence());
    co_await tell(socket, reconnect_message(session_, cursor_->filter(), after, feed_.clock().now()));
    co_await socket.close(http::close_code::restart, "the server stops: reconnect");
}

Async<> EventSocket::wait_or_keep_alive(http::WebSocket& socket) {
    const auto next = told_at_ + session_.keepalive - early;
    const auto left = std::chrono::ceil<Milliseconds>(next - system_clock().monotonic());
    if (left > left.zero()) co_return co_await cursor_->wait(left);
    co_await tell(socket, keepalive_message(feed_.clock().now()));
}

Async<> EventSocket::answer(http::WebSocket& socket, std::string text) {
    const auto message = read_client_message(text);
    if (!message)
        co_await tell(socket, error_message(message_id_of(text), message.error(), feed_.clock().now()));
    else if (message->type == ClientMessageType::ack)
        co_await note_ack(socket, *message);
    else
        co_await obey(socket, *message);
}

Async<> EventSocket::obey(http::WebSocket& socket, const ClientMessage& message) {
    const auto now = feed_.clock().now();
    auto filter = changed(cursor_->filter(), message);
    if (!filter) co_return co_await tell(socket, error_message(message.id, filter.error(), now));
    follow(*std::move(filter));
    co_await tell(socket, ack_message(message, cursor_->filter(), now));
    if (message.type == ClientMessageType::subscribe && message.snapshot.value_or(false))
        co_await tell_snapshot(socket, message.topics);
}

/// Who comes back to something is not told what happened while it followed nothing.
void EventSocket::follow(EventFilter filter) {
    const bool follows = follows_anything(filter);
    if (follows && std::exchange(left_everything_, false)) cursor_->skip();
    if (!follows && follows_anything(cursor_->filter())) left_everything_ = true;
    cursor_->set_filter(std::move(filter));
}

Async<> EventSocket::note_ack(http::WebSocket& socket, const ClientMessage& message) {
    if (*message.sequence < 0 || *message.sequence > cursor_->sequence()) {
        const json::FieldErrors errors{{"/sequence", "out_of_range", "must be one that was told"}};
        co_return co_await tell(socket, error_message(message.id, errors, feed_.clock().now()));
    }
    acked_ = std::max(acked_.value_or(0), *message.sequence);
}

}  // namespace tally::control
