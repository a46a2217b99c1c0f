#include "control/event/event_stream.hpp"

#include "control/store_retry.hpp"

namespace tally::control {

namespace {

constexpr std::chrono::seconds ping_interval{15};

std::string_view name_of(const Event& event) {
    if (event.resource_type == "alert") return "alert";
    if (event.resource_type == "recording") return "recording";
    return "state";
}

SharedBytes bytes_of_text(std::string_view text) {
    const auto view = bytes_of(text);
    return std::make_shared<const Bytes>(view.begin(), view.end());
}

}  // namespace

std::shared_ptr<EventStream> EventStream::open(
    EventFeed& feed, const Executor& executor, Options options, Snapshot snapshot
) {
    auto bell = feed.follow(executor);
    if (!bell) return nullptr;
    return std::shared_ptr<EventStream>(
        new EventStream(feed, std::move(bell), std::move(options), std::move(snapshot))
    );
}

EventStream::EventStream(
    EventFeed& feed, std::shared_ptr<EventFeed::Bell> bell, Options options, Snapshot snapshot
)
    : feed_(feed),
      bell_(std::move(bell)),
      options_(std::move(options)),
      snapshot_(std::move(snapshot)),
      sequence_(options_.after.value_or(feed.newest())) {
    feed_.want(options_.filter.topics);
}

EventStream::~EventStream() {
    feed_.unwant(options_.filter.topics);
    feed_.unfollow(bell_);
}

Async<> EventStream::write_to(http::BodyWriter& writer) {
    bool alive = co_await writer.write(bytes_of_text("retry: 2000\n\n"));
    if (alive && options_.snapshot) alive = co_await write_snapshot(writer);
    auto ping_at = system_clock().monotonic() + ping_interval;
    while (alive && !feed_.is_closed()) {
        auto text = co_await news();
        const auto now = system_clock().monotonic();
        if (text.empty() && now >= ping_at) text = ": ping\n\n";
        if (!text.empty()) {
            alive = co_await writer.write(bytes_of_text(text));
            ping_at = system_clock().monotonic() + ping_interval;
        } else if (!more_) {
            co_await bell_->wait(std::chrono::ceil<Milliseconds>(ping_at - now));
        }
    }
}

/// Numbered with the event before which it was taken: resuming from there misses nothing.
Async<bool> EventStream::write_snapshot(http::BodyWriter& writer) {
    json::object resources;
    for (const auto& topic : options_.filter.topics) {
        try {
            resources[topic] = co_await snapshot_(topic);
        } catch (const sql::Unavailable&) {
            resources[topic] = nullptr;
        }
    }
    const json::object snapshot{{"sequence", sequence_}, {"resources", std::move(resources)}};
    const auto text = fmt::format("event: snapshot\nid: {}\ndata: {}\n\n", sequence_, json::print(snapshot));
    co_return co_await writer.write(bytes_of_text(text));
}

/// What happened since, as the client is told it; empty when there is nothing for it.
Async<std::string> EventStream::news() {
    std::vector<ToldEventPtr> events;
    bool failed = false;
    try {
        events = co_await feed_.after(sequence_);
    } catch (const sql::Unavailable&) {
        failed = true;
    }
    if (failed) co_await bell_->wait(retry_store);
    more_ = !events.empty() || failed;
    std::string text;
    for (const auto& told : events) {
        sequence_ = told->event.sequence;
        if (!options_.filter.matches(*told)) continue;
        text += fmt::format("event: {}\nid: {}\ndata: {}\n\n", name_of(told->event), sequence_, told->body);
    }
    for (const auto& figure : feed_.figures(options_.filter.topics, figure_)) {
        figure_ = figure.number;
        text += fmt::format("event: {}\ndata: {}\n\n", figure.name, *figure.json);
    }
    co_return text;
}

}  // namespace tally::control
