// New events as they are committed, for everyone in this process who follows them: read once, kept a while,
// pulled by each follower with its own cursor. Beside them, figures that are told and not kept.
#pragma once

#include "control/event/event.hpp"
#include "http/public_urls.hpp"
#include "net/signal.hpp"
#include "sql/database.hpp"

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>

namespace tally::control {

/// An event ready to be sent.
struct ToldEvent {
    Event event;
    std::vector<std::string> topics;
    std::string body;  // JSON
};

using ToldEventPtr = std::shared_ptr<const ToldEvent>;

/// The newest of a topic's figures: "viewers" of "broadcast:bc_1".
struct LiveFigure {
    std::int64_t number = 0;  // grows with each publish() of the process
    std::string name;
    std::shared_ptr<const std::string> json{};
};

class EventFeed {
public:
    EventFeed(sql::Database& database, const Clock& clock, Executor home)
        : database_(database),
          clock_(clock),
          home_(std::move(home)),
          news_(home_) {}

    /// From here on events are told as they are committed. Before the ports are open.
    Async<> start(const http::PublicUrls& urls);
    /// Reads what was committed, and forgets what is older than 30 days. Until close().
    Async<> run();
    /// Ends run() and all event streams.
    void close();

    bool is_closed() const { return closed_; }

    const http::PublicUrls& urls() const { return urls_; }

    const Clock& clock() const { return clock_; }

    /// Wakes one follower; lives on the follower's thread.
    class Bell {
    public:
        explicit Bell(const Executor& executor) : timer_(executor) {}

        /// Returns after `limit`, or when it rings or has rung since the last wait: there may be news.
        Async<> wait(std::chrono::milliseconds limit);
        void ring();

    private:
        net::Timer timer_;
        bool rung_ = false;
    };

    /// Empty when too many follow already.
    std::shared_ptr<Bell> follow(const Executor& executor);
    void unfollow(const std::shared_ptr<Bell>& bell);

    std::int64_t newest() const;
    /// Those after `sequence` in order, some at most; empty when there are none yet. Throws Unavailable.
    Async<std::vector<ToldEventPtr>> after(std::int64_t sequence);

    /// From any thread: the newest value of a figure, for who follows `topic`. Cheap when nobody does.
    void publish(std::string_view topic, std::string_view name, std::string json);
    /// A follower of figures declares its topics, and takes them back at its end.
    void want(const std::vector<std::string>& topics);
    void unwant(const std::vector<std::string>& topics);
    /// Topics that are followed.
    std::vector<std::string> followed() const;
    /// Figures of these topics that were published after `number`, in order.
    std::vector<LiveFigure> figures(const std::vector<std::string>& topics, std::int64_t number) const;

private:
    struct Topic {
        std::size_t followers = 0;
        std::vector<LiveFigure> figures{};
    };

    Async<bool> read_news();
    Async<> forget_old();
    ToldEventPtr tell(Event event) const;
    void ring_all();

    sql::Database& database_;
    const Clock& clock_;
    Executor home_;
    net::Timer news_;  // cancelled when there are
    http::PublicUrls urls_;
    bool has_news_ = false;
    std::atomic<bool> closed_ = false;
    mutable std::mutex mutex_;
    // All below under the mutex.
    std::deque<ToldEventPtr> recent_;
    std::int64_t newest_ = 0;
    std::vector<std::pair<Executor, std::shared_ptr<Bell>>> followers_;
    std::map<std::string, Topic, std::less<>> topics_;
    std::int64_t figure_number_ = 0;
};

}  // namespace tally::control
