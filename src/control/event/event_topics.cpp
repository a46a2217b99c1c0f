#include "control/event/event_topics.hpp"

#include "http/ascii.hpp"

namespace tally::control {

namespace {

std::vector<std::string> read_list(Query& query, std::string_view name) {
    std::vector<std::string> items;
    const auto text = query.text(name).value_or("");
    for (std::string_view rest = text; !rest.empty();) {
        const auto item = http::take_item(rest, ',');
        if (!item.empty()) items.emplace_back(item);
    }
    if (items.size() > most_topics) query.refuse(name, "must be 50 at most");
    return items;
}

}  // namespace

bool is_topic(std::string_view topic) {
    constexpr auto kinds = std::to_array<std::string_view>({"channel", "broadcast", "stream", "alerts"});
    const auto kind = topic.substr(0, topic.find(':'));
    return kind.size() < topic.size() && std::ranges::find(kinds, kind) != kinds.end() &&
           is_identifier(topic.substr(kind.size() + 1));
}

bool EventFilter::matches(const ToldEvent& told) const {
    if (!control::matches(types, told.event.type)) return false;
    return everything || topics.empty() || std::ranges::any_of(topics, [&](const auto& topic) {
               return std::ranges::find(told.topics, topic) != told.topics.end();
           });
}

EventFilter read_filter(Query& query) {
    EventFilter filter{.topics = read_list(query, "topics"), .types = read_list(query, "types")};
    filter.everything = std::erase(filter.topics, every_topic) > 0;
    if (!std::ranges::all_of(filter.topics, is_topic))
        query.refuse("topics", "must be a list such as broadcast:bc_1,stream:st_1,channel:ch_1,alerts:ch_1");
    if (!std::ranges::all_of(filter.types, is_type_filter))
        query.refuse("types", "must be a list of event types, or families such as stream.*");
    return filter;
}

}  // namespace tally::control
