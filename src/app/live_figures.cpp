#include "app/live_figures.hpp"

#include "analytics/realtime/realtime_document.hpp"
#include "json/text.hpp"
#include "net/spawn.hpp"

namespace tally::app {
namespace {

constexpr std::chrono::seconds interval{1};
constexpr std::chrono::seconds series_window{60};
constexpr int ticks_between_answers = 5;
constexpr auto answers = std::to_array<std::string_view>({"engagement", "quality"});

/// Of "broadcast:bc_1", what it follows; empty for topics of another kind.
std::optional<BroadcastId> broadcast_of(std::string_view topic) {
    constexpr std::string_view kind = "broadcast:";
    return topic.starts_with(kind) ? BroadcastId::parse(topic.substr(kind.size())) : std::nullopt;
}

}  // namespace

Async<> LiveFigures::run() {
    for (int tick = 0; !closed_; ++tick) {
        for (const auto& topic : parts_.feed.followed())
            publish(topic);
        if (tick % ticks_between_answers == 0 && !std::exchange(asking_, true))
            net::spawn(home_, "live answers", publish_answers());
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
    } else if (const auto snapshot = kind == "broadcast" ? parts_.audience.snapshot(id) : nullptr) {
        const auto document = analytics::realtime_document(*snapshot, series_window, parts_.clock.now());
        parts_.feed.publish(topic, "viewers", json::print(document));
    }
}

/// One after the other: many followed broadcasts make these rarer, not the store busier.
Async<> LiveFigures::publish_answers() {
    for (const auto& topic : parts_.feed.followed()) {
        const auto broadcast = broadcast_of(topic);
        if (!broadcast || !parts_.audience.snapshot(broadcast->text())) continue;
        for (const auto kind : answers) {
            auto answer = co_await parts_.answer(*broadcast, kind);
            if (!answer.empty()) parts_.feed.publish(topic, kind, std::move(answer));
        }
    }
    asking_ = false;
}

}  // namespace tally::app
