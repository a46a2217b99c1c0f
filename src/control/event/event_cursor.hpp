// One follower's place among events and figures. It pulls, so a slow follower costs its place in the feed and
// nothing more.
#pragma once

#include "control/event/event_topics.hpp"

namespace tally::control {

/// The object that a topic such as "broadcast:bc_1" follows, as the API prints it now; null when it is
/// unknown.
using Snapshot = std::function<Async<json::value>(std::string topic)>;

/// Something that a follower is told.
struct News {
    std::string name;           // "state", "alert", "recording", or the figure's
    std::int64_t sequence = 0;  // of an event; 0: a figure, which has no place in the order
    std::string event_id{};
    std::shared_ptr<const std::string> json;
};

class EventCursor {
public:
    /// Begins behind `after`, or with what happens from now on. Empty when too many follow already.
    static std::unique_ptr<EventCursor> open(
        EventFeed& feed, const Executor& executor, EventFilter filter, std::optional<std::int64_t> after
    );
    ~EventCursor();
    EventCursor(const EventCursor&) = delete;
    EventCursor& operator=(const EventCursor&) = delete;

    /// What happened since the last call; often nothing.
    Async<std::vector<News>> next();

    /// False: wait() before the next call of next().
    bool has_more() const { return more_; }

    /// Returns after `limit` or when there may be news.
    Async<> wait(Milliseconds limit) { return bell_->wait(limit); }

    /// Ends wait(). From the follower's thread.
    void wake() { bell_->ring(); }

    /// The objects that topics follow by topic; null while the store is away. The answer is not older than
    /// sequence().
    static Async<json::object> look_at(const Snapshot& snapshot, std::vector<std::string> topics);

    /// The last event that was told or left out.
    std::int64_t sequence() const { return sequence_; }

    const EventFilter& filter() const { return filter_; }

    void set_filter(EventFilter filter);

    /// What happened until now is left out.
    void skip() { sequence_ = feed_.newest(); }

private:
    EventCursor(
        EventFeed& feed,
        std::shared_ptr<EventFeed::Bell> bell,
        EventFilter filter,
        std::optional<std::int64_t> after
    );

    EventFeed& feed_;
    std::shared_ptr<EventFeed::Bell> bell_;
    EventFilter filter_;
    std::int64_t sequence_;
    std::int64_t figure_ = 0;
    bool more_ = false;  // the last page may not be the end
};

}  // namespace tally::control
