// What clients may set on a broadcast, when they create and when they patch it.
#pragma once

#include "control/broadcast/broadcast.hpp"
#include "control/channel/channel.hpp"
#include "control/options.hpp"
#include "json/checks.hpp"

namespace tally::control {

/// With `scheduled_id` that event is converted: what is absent comes from it (API A5). Otherwise the channel
/// and a title are needed.
struct NewBroadcast {
    std::optional<ChannelId> channel_id{};
    std::optional<std::string> title{};
    std::optional<std::string> description{};
    std::optional<std::vector<std::string>> tags{};
    std::optional<Visibility> visibility{};
    std::optional<ScheduledId> scheduled_id{};
    std::optional<std::chrono::seconds> auto_end{};
    std::optional<bool> record{};
    std::optional<json::object> metadata{};
};
BOOST_DESCRIBE_STRUCT(
    NewBroadcast,
    (),
    (channel_id, title, description, tags, visibility, scheduled_id, auto_end, record, metadata)
)

/// Absent members stay as they are.
struct BroadcastFields {
    std::optional<std::string> title{};
    std::optional<std::string> description{};
    std::optional<std::vector<std::string>> tags{};
    std::optional<Visibility> visibility{};
    std::optional<json::object> metadata{};
    std::optional<json::value> status{};  // refused: actions change it
};
BOOST_DESCRIBE_STRUCT(BroadcastFields, (), (title, description, tags, visibility, metadata, status))

json::FieldErrors check(const NewBroadcast& request);
json::FieldErrors check(const BroadcastFields& fields);
void apply(const BroadcastFields& fields, Broadcast& broadcast);

/// A broadcast's first row; its id is made at `now`.
Broadcast new_broadcast(const NewBroadcast& request, const Channel& channel, Options options, Time now);

}  // namespace tally::control
