#include "app/live_figures.hpp"

#include "analytics/realtime/realtime_document.hpp"
#include "json/text.hpp"

namespace tally::app {
namespace {

constexpr std::chrono::seconds interval{1};
constexpr std::chrono::seconds series_window{60};

}  // namespace

Async<> LiveFigures::run() {
    while (!closed_) {
        for (const auto& topic : parts_.feed.followed())
            publish(topic);
        timer_.expires_after(interval);
        co_await timer_.async_wait(as_result);
    }
}

void LiveFigures::close() {
    closed_ = true;
    timer_.cancel();
}

/// A stream's health, a broadcast's audience; nothing of what is not on air in this process.
void LiveFigures::publish(const std::string& topic) {
    const auto colon = topic.find(':');
    const auto kind = topic.substr(0, colon);
    const auto id = topic.substr(colon + 1);
    if (kind == "stream") {
        const auto stream = StreamId::parse(id);
        const auto report = stream ? parts_.health.report(*stream) : nullptr;
        if (report) parts_.feed.publish(topic, "health", std::string(text_of(*report->document)));
    } else if (kind == "broadcast") {
        const auto snapshot = parts_.audience.snapshot(id);
        if (!snapshot) return;
        const auto document = analytics::realtime_document(*snapshot, series_window, parts_.clock.now());
        parts_.feed.publish(topic, "viewers", json::print(document));
    }
}

}  // namespace tally::app
