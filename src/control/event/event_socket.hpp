// One client of /api/ws: what it follows is told as to event streams, and it changes that as it goes.
#pragma once

#include "control/event/event_messages.hpp"
#include "http/websocket/web_socket.hpp"

namespace tally::control {

class EventSocket {
public:
    struct Options {
        EventFilter filter;
        std::optional<std::int64_t> after{};  // the last event that the client has
        bool snapshot = false;
        std::chrono::seconds keepalive{10};
    };

    /// Empty when too many follow already.
    static std::shared_ptr<EventSocket> open(
        EventFeed& feed, const Executor& executor, const Options& options, Snapshot snapshot
    );

    /// Until the client goes or the feed is closed. The client is told where to come back to then.
    Async<> talk(http::WebSocket& socket);

private:
    EventSocket(
        EventFeed& feed, std::unique_ptr<EventCursor> cursor, const Options& options, Snapshot snapshot
    );

    Async<> tell(http::WebSocket& socket, std::string message);
    Async<> tell_news(http::WebSocket& socket);
    Async<> tell_snapshot(http::WebSocket& socket, std::vector<std::string> topics);
    Async<> tell_to_return(http::WebSocket& socket);
    Async<> answer(http::WebSocket& socket, std::string text);
    Async<> obey(http::WebSocket& socket, const ClientMessage& message);
    void follow(EventFilter filter);
    Async<> note_ack(http::WebSocket& socket, const ClientMessage& message);
    Async<> wait_or_keep_alive(http::WebSocket& socket);

    EventFeed& feed_;
    std::unique_ptr<EventCursor> cursor_;
    Snapshot snapshot_;
    EventSession session_;
    bool snapshot_wanted_;
    bool left_everything_ = false;
    std::optional<std::int64_t> acked_;
    Instant told_at_{};
};

}  // namespace tally::control
