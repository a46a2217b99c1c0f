// Questions about a channel's broadcasts: gathers them, and asks once for all who poll.
#pragma once

#include "analytics/query/broadcast_analytics.hpp"
#include "analytics/query/channel_answers.hpp"
#include "analytics/query/comparison.hpp"

namespace tally::analytics {

struct CompareChoice {
    ChannelWindow window{};
    std::string baseline{};
    std::vector<BroadcastId> chosen{};  // instead of the window
    bool at_equal_elapsed = true;
};

class ChannelAnalytics {
public:
    ChannelAnalytics(FactArchive& archive, Broadcasts& broadcasts, LiveFacts* live, const Clock& clock)
        : archive_(archive),
          broadcasts_(broadcasts),
          live_(live),
          clock_(clock),
          cache_(clock) {}

    Async<Outcome<SharedText>> top(
        std::optional<std::string> channel, ChannelWindow window, TopRequest request, std::string key
    );
    Async<Outcome<SharedText>> channel(
        std::string name, ChannelWindow window, CommonParameters common, std::string key
    );
    Async<Outcome<SharedText>> compare(std::string name, CompareChoice choice, std::string key);

private:
    using Infos = std::vector<BroadcastInfo>;

    struct Sides {
        Infos current{};
        Infos previous{};
    };

    Async<Outcome<ChannelId>> find_channel(std::string name);
    /// Newest first; what the engine holds of those that are not over is in the store afterwards.
    Async<Outcome<Infos>> started_in(std::optional<ChannelId> channel, Time from, Time to, std::size_t limit);
    Async<Outcome<Sides>> sides(ChannelId channel, CompareChoice choice);
    Async<Outcome<Infos>> chosen(ChannelId channel, std::vector<BroadcastId> ids);
    /// The broadcasts that `current` is held against.
    Async<Outcome<Infos>> baseline(ChannelId channel, CompareChoice choice, Infos current, Time now);
    Async<Outcome<SharedText>> read(std::string key, std::function<json::object(FactReader&)> make);

    FactArchive& archive_;
    Broadcasts& broadcasts_;
    LiveFacts* live_;
    const Clock& clock_;
    AnswerCache cache_;
};

}  // namespace tally::analytics
