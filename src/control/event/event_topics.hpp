// What a client follows: topics and types, as its request names them.
#pragma once

#include "control/event/event_feed.hpp"
#include "control/query.hpp"

namespace tally::control {

struct EventFilter {
    std::vector<std::string> topics;  // none: everything
    std::vector<std::string> types;

    bool matches(const ToldEvent& told) const;
};

/// `topics` and `types`, lists separated by commas; what is wrong is refused in `query`.
EventFilter read_filter(Query& query);

}  // namespace tally::control
