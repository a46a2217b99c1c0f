// Something that happened to a resource: what webhooks and event streams tell, and what can be replayed.
#pragma once

#include "base/clock.hpp"
#include "control/columns.hpp"

#include <boost/describe/class.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tally::control {

/// A row of `events`.
struct Event {
    std::int64_t sequence = 0;    // of the store: strictly increasing in the order of commits
    std::string id{};             // the same for the same change of the same resource
    std::string type{};           // "stream.active"
    std::string resource_type{};  // "stream"
    std::string resource_id{};
    std::int64_t version = 0;  // of the resource: 1, 2, 3 without gaps
    std::optional<std::string> channel_id{};
    Time occurred_at{};
    json::object data{};      // the resource as the API prints it, without secrets and URLs
    json::object previous{};  // members that changed, as they were
};
BOOST_DESCRIBE_STRUCT(
    Event,
    (),
    (sequence, id, type, resource_type, resource_id, version, channel_id, occurred_at, data, previous)
)

/// "evt_" and 104 bits of a digest: who hears of a change twice recognises it.
std::string event_id(std::string_view resource_id, std::int64_t version, std::string_view type);

/// "channel:ch_1", "broadcast:bc_1", "stream:st_1", "alerts:ch_1": what a client may follow to hear of it.
std::vector<std::string> topics_of(const Event& event);

/// Told of each stream that runs once a minute, as long as somebody wants to hear it.
inline constexpr std::string_view heartbeat = "stream.heartbeat";

/// Every type that there is (events.md).
bool is_event_type(std::string_view type);
/// A filter of types: all when empty, else a type, or a family as "stream.*".
bool is_type_filter(std::string_view filter);
bool matches(const std::vector<std::string>& filters, std::string_view type);

}  // namespace tally::control
