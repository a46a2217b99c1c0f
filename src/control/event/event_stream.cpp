#include "control/event/event_stream.hpp"

namespace tally::control {

namespace {

constexpr std::chrono::seconds ping_interval{15};

SharedBytes bytes_of_text(std::string_view text) {
    const auto view = bytes_of(text);
    return std::make_shared<const Bytes>(view.begin(), view.end());
}

}  // namespace

std::shared_ptr<EventStream> EventStream::open(
    EventFeed& feed, const Executor& executor, Options options, Snapshot snapshot
) {
    auto cursor = EventCursor::open(feed, executor, std::move(options.filter), options.after);
    if (!cursor) return nullptr;
    return std::shared_ptr<EventStream>(
        new EventStream(feed, std::move(cursor), options.snapshot ? std::move(snapshot) : Snapshot())
    );
}

EventStream::EventStream(EventFeed& feed, std::unique_ptr<EventCursor> cursor, Snapshot snapshot)
    : feed_(feed),
      cursor_(std::move(cursor)),
      snapshot_(std::move(snapshot)) {}

Async<> EventStream::write_to(http::BodyWriter& writer) {
    bool alive = co_await writer.write(bytes_of_text("retry: 2000\n\n"));
    if (alive && snapshot_) alive = co_await write_snapshot(writer);
    auto ping_at = system_clock().monotonic() + ping_interval;
    while (alive && !feed_.is_closed()) {
        auto text = co_await news();
        const auto now = system_clock().monotonic();
        if (text.empty() && now >= ping_at) text = ": ping\n\n";
        if (!text.empty()) {
            alive = co_await writer.write(bytes_of_text(text));
            ping_at = system_clock().monotonic() + ping_interval;
        } else if (!cursor_->has_more()) {
            co_await cursor_->wait(std::chrono::ceil<Milliseconds>(ping_at - now));
        }
    }
}

/// Numbered with the event before which it was taken: resuming from there misses nothing.
Async<bool> EventStream::write_snapshot(http::BodyWriter& writer) {
    const auto sequence = cursor_->sequence();
    auto resources = co_await EventCursor::look_at(snapshot_, cursor_->filter().topics);
    const json::object snapshot{{"sequence", sequence}, {"resources", std::move(resources)}};
    const auto text = fmt::format("event: snapshot\nid: {}\ndata: {}\n\n", sequence, json::print(snapshot));
    co_return co_await writer.write(bytes_of_text(text));
}

/// What happened since, as the client is told it; empty when there is nothing for it.
Async<std::string> EventStream::news() {
    std::string text;
    for (const auto& each : co_await cursor_->next()) {
        text += fmt::format("event: {}\n", each.name);
        if (each.sequence > 0) text += fmt::format("id: {}\n", each.sequence);
        text += fmt::format("data: {}\n\n", *each.json);
    }
    co_return text;
}

}  // namespace tally::control
