// Makes the reports of broadcasts that have become final, and lets go of what may go.
#pragma once

#include "analytics/query/broadcast_analytics.hpp"

namespace tally::analytics {

class Finaliser {
public:
    using Made = std::function<void(const BroadcastInfo&)>;

    /// `made` hears of each broadcast whose reports were made.
    Finaliser(FactArchive& archive, Broadcasts& broadcasts, const Clock& clock, Made made = {})
        : archive_(archive),
          broadcasts_(broadcasts),
          clock_(clock),
          made_(std::move(made)) {}

    /// Until close(): a turn every half minute.
    Async<> run();
    void close();

    /// Reports for every broadcast that is final and has none. Gives how many were made.
    Async<std::size_t> turn();

private:
    Task<> report(Question question);

    FactArchive& archive_;
    Broadcasts& broadcasts_;
    const Clock& clock_;
    Made made_;
    std::atomic<bool> closed_ = false;
    std::optional<Time> pruned_;
};

}  // namespace tally::analytics
