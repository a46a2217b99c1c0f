// What delivery asks about channels and broadcasts, answered by control.
#pragma once

#include "app/live_streams.hpp"
#include "cdn/catalogue.hpp"
#include "control/broadcast/broadcast_service.hpp"
#include "control/channel/channel_names.hpp"

namespace tally::app {

class Catalogue final : public cdn::Catalogue {
public:
    Catalogue(
        const control::ChannelNames& names, control::BroadcastService& broadcasts, const LiveStreams& streams
    )
        : names_(names),
          broadcasts_(broadcasts),
          streams_(streams) {}

    Task<std::optional<ChannelId>> find_channel(std::string name) override;
    Task<std::optional<cdn::BroadcastFacts>> find_broadcast(BroadcastId broadcast) override;

private:
    const control::ChannelNames& names_;
    control::BroadcastService& broadcasts_;
    const LiveStreams& streams_;
};

}  // namespace tally::app
