// One client of the event stream (server-sent events, HTML standard 9.2), which resumes by its last event.
#pragma once

#include "control/event/event_cursor.hpp"

namespace tally::control {

class EventStream {
public:
    struct Options {
        EventFilter filter;
        std::optional<std::int64_t> after{};  // the last event that the client has
        bool snapshot = false;
    };

    /// Empty when too many follow already.
    static std::shared_ptr<EventStream> open(
        EventFeed& feed, const Executor& executor, Options options, Snapshot snapshot
    );

    /// Until the client goes or the feed is closed.
    Async<> write_to(http::BodyWriter& writer);

private:
    EventStream(EventFeed& feed, std::unique_ptr<EventCursor> cursor, Snapshot snapshot);

    Async<bool> write_snapshot(http::BodyWriter& writer);
    Async<std::string> news();

    EventFeed& feed_;
    std::unique_ptr<EventCursor> cursor_;
    Snapshot snapshot_;  // empty: not asked for
};

}  // namespace tally::control
