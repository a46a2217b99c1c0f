// What a client follows: topics and types, as its request names them.
#pragma once

#include "control/event/event_feed.hpp"
#include "control/query.hpp"

namespace tally::control {

/// That one client follows.
inline constexpr std::size_t most_topics = 50;
/// The topic that is everything.
inline constexpr std::string_view every_topic = "*";

struct EventFilter {
    std::vector<std::string> topics;  // none: everything
    std::vector<std::string> types;
    bool everything = false;  // beside the topics

    bool matches(const ToldEvent& told) const;
};

/// "broadcast:bc_1"; such a thing need not exist.
bool is_topic(std::string_view topic);

/// `topics` ("*" is everything) and `types`, lists separated by commas; what is wrong is refused in `query`.
EventFilter read_filter(Query& query);

}  // namespace tally::control
