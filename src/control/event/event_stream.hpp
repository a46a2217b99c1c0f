// One client of the event stream (server-sent events, HTML standard 9.2): a cursor into the feed. It pulls,
// so a slow client costs its place in the feed and nothing more, and resumes by its last event.
#pragma once

#include "control/event/event_routes.hpp"
#include "control/event/event_topics.hpp"

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
    ~EventStream();
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    /// Until the client goes or the feed is closed.
    Async<> write_to(http::BodyWriter& writer);

private:
    EventStream(EventFeed& feed, std::shared_ptr<EventFeed::Bell> bell, Options options, Snapshot snapshot);

    Async<bool> write_snapshot(http::BodyWriter& writer);
    Async<std::string> news();

    EventFeed& feed_;
    std::shared_ptr<EventFeed::Bell> bell_;
    Options options_;
    Snapshot snapshot_;
    std::int64_t sequence_;
    std::int64_t figure_ = 0;
    bool more_ = false;  // the last page may not be the end
};

}  // namespace tally::control
