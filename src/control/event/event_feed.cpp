#include "control/event/event_feed.hpp"

#include "control/event/event_repository.hpp"
#include "control/event/event_view.hpp"
#include "control/store_retry.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace tally::control {

namespace {

constexpr std::size_t most_recent = 512;
constexpr std::size_t page_size = 100;
constexpr std::size_t most_followers = 2000;
constexpr std::chrono::days retention{30};
constexpr std::chrono::hours between_clean_ups{1};

}  // namespace

Async<> EventFeed::Bell::wait(std::chrono::milliseconds limit) {
    if (!rung_) {
        timer_.expires_after(limit);
        co_await timer_.async_wait(as_result);
    }
    rung_ = false;
}

void EventFeed::Bell::ring() {
    rung_ = true;
    timer_.cancel();
}

Async<> EventFeed::start(const http::PublicUrls& urls) {
    urls_ = urls;
    const auto newest =
        co_await database_.read([](sql::Session& session) { return EventRepository(session).newest(); });
    {
        const std::scoped_lock lock(mutex_);
        newest_ = newest;
    }
    database_.on_commit([this] {
        asio::post(home_, [this] {
            has_news_ = true;
            news_.cancel();
        });
    });
    co_await read_news();
}

Async<> EventFeed::run() {
    auto clean_up_at = clock_.monotonic();
    while (!closed_) {
        bool failed = false;
        try {
            has_news_ = false;
            while (co_await read_news()) {
            }
            if (clock_.monotonic() >= clean_up_at) {
                co_await forget_old();
                clean_up_at = clock_.monotonic() + between_clean_ups;
            }
        } catch (const sql::Unavailable&) {
            failed = true;
        }
        if (closed_ || (has_news_ && !failed)) continue;
        news_.expires_after(
            failed ? std::chrono::seconds(retry_store) : std::chrono::seconds(between_clean_ups)
        );
        co_await news_.async_wait(as_result);
    }
}

void EventFeed::close() {
    closed_ = true;
    asio::post(home_, [this] { news_.cancel(); });
    ring_all();
}

/// True when there may be more.
Async<bool> EventFeed::read_news() {
    auto events = co_await database_.read([after = newest()](sql::Session& session) {
        return EventRepository(session).after(after, page_size);
    });
    if (events.empty()) co_return false;
    const bool full = events.size() == page_size;
    std::vector<ToldEventPtr> told;
    told.reserve(events.size());
    for (auto& event : events)
        told.push_back(tell(std::move(event)));
    {
        const std::scoped_lock lock(mutex_);
        newest_ = told.back()->event.sequence;
        recent_.insert(recent_.end(), told.begin(), told.end());
        while (recent_.size() > most_recent)
            recent_.pop_front();
    }
    ring_all();
    co_return full;
}

Async<> EventFeed::forget_old() {
    co_await database_.transact([before = clock_.now() - retention](sql::Session& session) {
        EventRepository(session).remove_before(before);
        return true;
    });
}

ToldEventPtr EventFeed::tell(Event event) const {
    auto body = json::print(event_json(event, urls_));
    auto topics = topics_of(event);
    return std::make_shared<const ToldEvent>(std::move(event), std::move(topics), std::move(body));
}

std::shared_ptr<EventFeed::Bell> EventFeed::follow(const Executor& executor) {
    const std::scoped_lock lock(mutex_);
    if (followers_.size() >= most_followers) return nullptr;
    return followers_.emplace_back(executor, std::make_shared<Bell>(executor)).second;
}

void EventFeed::unfollow(const std::shared_ptr<Bell>& bell) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(followers_, [&](const auto& each) { return each.second == bell; });
}

/// A bell is touched on its own thread alone.
void EventFeed::ring_all() {
    const std::scoped_lock lock(mutex_);
    for (const auto& [executor, bell] : followers_)
        asio::post(executor, [bell] { bell->ring(); });
}

std::int64_t EventFeed::newest() const {
    const std::scoped_lock lock(mutex_);
    return newest_;
}

Async<std::vector<ToldEventPtr>> EventFeed::after(std::int64_t sequence) {
    {
        const std::scoped_lock lock(mutex_);
        if (sequence >= newest_) co_return std::vector<ToldEventPtr>();
        if (!recent_.empty() && recent_.front()->event.sequence <= sequence + 1) {
            const auto first = std::ranges::upper_bound(recent_, sequence, {}, [](const auto& told) {
                return told->event.sequence;
            });
            const auto count = std::min<std::ptrdiff_t>(recent_.end() - first, page_size);
            co_return std::vector<ToldEventPtr>(first, first + count);
        }
    }
    auto events = co_await database_.read([sequence](sql::Session& session) {
        return EventRepository(session).after(sequence, page_size);
    });
    std::vector<ToldEventPtr> told;
    told.reserve(events.size());
    for (auto& event : events)
        told.push_back(tell(std::move(event)));
    co_return told;
}

void EventFeed::publish(std::string_view topic, std::string_view name, std::string json) {
    {
        const std::scoped_lock lock(mutex_);
        const auto found = topics_.find(topic);
        if (found == topics_.end()) return;
        auto& figures = found->second.figures;
        auto figure = std::ranges::find(figures, name, &LiveFigure::name);
        if (figure == figures.end()) figure = figures.insert(figures.end(), {.name = std::string(name)});
        figure->number = ++figure_number_;
        figure->json = std::make_shared<const std::string>(std::move(json));
    }
    ring_all();
}

void EventFeed::want(const std::vector<std::string>& topics) {
    const std::scoped_lock lock(mutex_);
    for (const auto& topic : topics)
        ++topics_[topic].followers;
}

void EventFeed::unwant(const std::vector<std::string>& topics) {
    const std::scoped_lock lock(mutex_);
    for (const auto& topic : topics) {
        const auto found = topics_.find(topic);
        if (found != topics_.end() && --found->second.followers == 0) topics_.erase(found);
    }
}

std::vector<std::string> EventFeed::followed() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> topics;
    topics.reserve(topics_.size());
    for (const auto& entry : topics_)
        topics.push_back(entry.first);
    return topics;
}

std::vector<LiveFigure> EventFeed::figures(const std::vector<std::string>& topics, std::int64_t number)
    const {
    std::vector<LiveFigure> newer;
    const std::scoped_lock lock(mutex_);
    for (const auto& topic : topics) {
        const auto found = topics_.find(topic);
        if (found == topics_.end()) continue;
        std::ranges::copy_if(found->second.figures, std::back_inserter(newer), [&](const auto& figure) {
            return figure.number > number;
        });
    }
    std::ranges::sort(newer, {}, &LiveFigure::number);
    return newer;
}

}  // namespace tally::control
