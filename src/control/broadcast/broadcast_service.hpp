// Use cases of broadcasts, one transaction each.
#pragma once

#include "control/alert/alert.hpp"
#include "control/broadcast/broadcast_fields.hpp"
#include "control/broadcast/broadcast_repository.hpp"
#include "control/channel/channel_service.hpp"
#include "control/idempotency/kept_answer.hpp"
#include "control/lifecycle/on_air.hpp"
#include "control/precondition.hpp"

namespace tally::control {

/// A broadcast with what its JSON needs of its channel.
struct BroadcastDetails {
    Broadcast broadcast;
    Channel channel;
    std::vector<Warning> warnings{};
    bool repeated = false;  // nothing was created: it was there before
    AlertCounts alerts{};   // all that were ever raised
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

    /// A new one, or that of a scheduled event.
    Async<Outcome<BroadcastDetails>> create(NewBroadcast request, Alongside<BroadcastDetails> alongside = {});
    Async<Outcome<BroadcastDetails>> get(BroadcastId id);
    Async<Page<BroadcastDetails>> list(BroadcastFilter filter, BroadcastOrder order, PageRequest page);

    Async<Outcome<BroadcastDetails>> patch(
        BroadcastId id, BroadcastFields fields, Precondition<BroadcastDetails> precondition
    );

    /// Needs no media unless asked to (API H6, A12). Live already: the same answer again.
    Async<Outcome<BroadcastDetails>> start(BroadcastId id, bool require_media);
    /// Ends the broadcast and its stream; returns when the recording is playable. Repeating is harmless.
    Async<Outcome<BroadcastDetails>> complete(BroadcastId id);
    /// Of a broadcast that never went live. Repeating is harmless.
    Async<Outcome<BroadcastDetails>> cancel(BroadcastId id);
    /// Takes a broadcast off the air and its recording out of reach, for good. Repeating is harmless.
    Async<Outcome<BroadcastDetails>> revoke(BroadcastId id);

private:
    Outcome<BroadcastDetails> create_in(sql::Session& session, const NewBroadcast& request);
    Async<Outcome<BroadcastDetails>> end(BroadcastId id, BroadcastAction action, std::string_view reason);

    sql::Database& database_;
    const Clock& clock_;
    const ChannelFactory& factory_;
    ChannelService& channels_;
    LiveDirectory& live_;
    Options options_;
};

}  // namespace tally::control
