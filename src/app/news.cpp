#include "app/news.hpp"

namespace tally::app {
namespace {

constexpr std::chrono::seconds interval{1};
constexpr int ticks_between_system_looks = 5;
constexpr std::size_t most_waiting = 1000;

}  // namespace

Async<> News::run() {
    for (int tick = 1; !closed_; ++tick) {
        timer_.expires_after(interval);
        co_await timer_.async_wait(as_result);
        if (closed_) co_return;
        look_at_audiences();
        if (tick % ticks_between_system_looks == 0) co_await look_at_system();
        if (!waiting_.empty()) co_await tell_waiting();
    }
}

void News::close() {
    closed_ = true;
    timer_.cancel();
}

void News::tell(control::Announcement announcement) {
    if (waiting_.size() >= most_waiting) waiting_.pop_front();
    waiting_.push_back(std::move(announcement));
}

void News::look_at_audiences() {
    const auto entries = parts_.audience.broadcasts().all();
    for (const auto& entry : *entries) {
        if (entry.second->recording) continue;
        const auto snapshot = parts_.audience.snapshot(entry.first);
        if (!snapshot) continue;
        for (auto& each : audience_.look(*snapshot))
            tell(std::move(each));
    }
    audience_.keep_only(*entries);
}

Async<> News::look_at_system() {
    const bool there = co_await announcements_.is_store_there();
    for (auto& each : system_.look(parts_.health.host(), there, parts_.clock.now()))
        tell(std::move(each));
}

Async<> News::tell_waiting() {
    const auto telling = std::exchange(waiting_, {});
    try {
        co_await announcements_.tell({telling.begin(), telling.end()});
    } catch (const sql::Unavailable&) {
        const auto room = most_waiting - std::min(most_waiting, waiting_.size());
        const auto kept = std::min(telling.size(), room);
        waiting_.insert(waiting_.begin(), telling.end() - static_cast<std::ptrdiff_t>(kept), telling.end());
    }
}

}  // namespace tally::app
