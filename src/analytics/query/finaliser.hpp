// Makes the reports of broadcasts that have become final, and lets go of what may go.
#pragma once

#include "analytics/query/broadcast_analytics.hpp"

namespace tally::analytics {

class Finaliser {
public:
    Finaliser(FactArchive& archive, Broadcasts& broadcasts, const Clock& clock)
        : archive_(archive),
          broadcasts_(broadcasts),
          clock_(clock) {}

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
    std::atomic<bool> closed_ = false;
    std::optional<Time> pruned_;
};

}  // namespace tally::analytics
