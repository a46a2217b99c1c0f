// Use cases of broadcasts, one transaction each.
#pragma once

#include "control/broadcast/broadcast_repository.hpp"
#include "control/channel/channel_service.hpp"
#include "control/lifecycle/on_air.hpp"

namespace tally::control {

struct NewBroadcast {
    ChannelId channel_id;
    std::string title;
    std::optional<std::string> description{};
    std::vector<std::string> tags{};
    std::optional<Visibility> visibility{};
    std::optional<std::chrono::seconds> auto_end{};
    std::optional<bool> record{};
    std::optional<json::object> metadata{};
};
BOOST_DESCRIBE_STRUCT(
    NewBroadcast, (), (channel_id, title, description, tags, visibility, auto_end, record, metadata)
)

/// A broadcast with what its JSON needs of its channel.
struct BroadcastDetails {
    Broadcast broadcast;
    Channel channel;
    std::vector<Warning> warnings{};
};

class BroadcastService {
public:
    BroadcastService(
        sql::Database& database,
        const Clock& clock,
        const ChannelFactory& factory,
        ChannelService& channels,
        LiveDirectory& live,
        Options options
    )
        : database_(database),
          clock_(clock),
          factory_(factory),
          channels_(channels),
          live_(live),
          options_(options) {}

    Async<Outcome<BroadcastDetails>> create(NewBroadcast request);
    Async<Outcome<BroadcastDetails>> get(BroadcastId id);
    Async<Page<BroadcastDetails>> list(BroadcastFilter filter, BroadcastOrder order, PageRequest page);

    /// Needs no media unless asked to (API H6, A12). Live already: the same answer again.
    Async<Outcome<BroadcastDetails>> start(BroadcastId id, bool require_media);
    /// Ends the broadcast and its stream; returns when the recording is playable. Repeating is harmless.
    Async<Outcome<BroadcastDetails>> complete(BroadcastId id);
    /// Of a broadcast that never went live. Repeating is harmless.
    Async<Outcome<BroadcastDetails>> cancel(BroadcastId id);

private:
    Async<Outcome<BroadcastDetails>> end(BroadcastId id, BroadcastAction action, std::string_view reason);

    sql::Database& database_;
    const Clock& clock_;
    const ChannelFactory& factory_;
    ChannelService& channels_;
    LiveDirectory& live_;
    Options options_;
};

/// A broadcast's first row; `id` is made at `now`.
Broadcast new_broadcast(const NewBroadcast& request, const Channel& channel, Options options, Time now);

}  // namespace tally::control
