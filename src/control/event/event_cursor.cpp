#include "control/event/event_cursor.hpp"

#include "control/store_retry.hpp"

#include <algorithm>

namespace tally::control {

namespace {

std::string_view name_of(const Event& event) {
    if (event.resource_type == "alert") return "alert";
    if (event.resource_type == "recording") return "recording";
    return "state";
}

/// The event keeps its text alive.
News news_of(const ToldEventPtr& told) {
    return {
        .name = std::string(name_of(told->event)),
        .sequence = told->event.sequence,
        .event_id = told->event.id,
        .json = std::shared_ptr<const std::string>(told, &told->body),
    };
}

}  // namespace

std::unique_ptr<EventCursor> EventCursor::open(
    EventFeed& feed, const Executor& executor, EventFilter filter, std::optional<std::int64_t> after
) {
    auto bell = feed.follow(executor);
    if (!bell) return nullptr;
    return std::unique_ptr<EventCursor>(new EventCursor(feed, std::move(bell), std::move(filter), after));
}

EventCursor::EventCursor(
    EventFeed& feed,
    std::shared_ptr<EventFeed::Bell> bell,
    EventFilter filter,
    std::optional<std::int64_t> after
)
    : feed_(feed),
      bell_(std::move(bell)),
      filter_(std::move(filter)),
      // A number that was not given yet is another store's: waiting for it would be silence.
      sequence_(std::min(after.value_or(feed.newest()), feed.newest())) {
    feed_.want(filter_.topics);
}

EventCursor::~EventCursor() {
    feed_.unwant(filter_.topics);
    feed_.unfollow(bell_);
}

void EventCursor::set_filter(EventFilter filter) {
    feed_.want(filter.topics);
    feed_.unwant(filter_.topics);
    filter_ = std::move(filter);
}

Async<std::vector<News>> EventCursor::next() {
    std::vector<ToldEventPtr> events;
    bool failed = false;
    try {
        events = co_await feed_.after(sequence_);
    } catch (const sql::Unavailable&) {
        failed = true;
    }
    if (failed) co_await bell_->wait(retry_store);
    more_ = !events.empty() || failed;
    std::vector<News> news;
    for (const auto& told : events) {
        sequence_ = told->event.sequence;
        if (filter_.matches(*told)) news.push_back(news_of(told));
    }
    for (auto& figure : feed_.figures(filter_.topics, figure_)) {
        figure_ = figure.number;
        news.push_back({.name = std::move(figure.name), .json = std::move(figure.json)});
    }
    co_return news;
}

Async<json::object> EventCursor::look_at(const Snapshot& snapshot, std::vector<std::string> topics) {
    json::object resources;
    for (const auto& topic : topics) {
        try {
            resources[topic] = co_await snapshot(topic);
        } catch (const sql::Unavailable&) {
            resources[topic] = nullptr;
        }
    }
    co_return resources;
}

}  // namespace tally::control
