// What viewers may know of channels and broadcasts, answered by control.
#pragma once

#include "cdn/about_routes.hpp"
#include "control/broadcast/broadcast_service.hpp"
#include "control/channel/channel_service.hpp"

namespace tally::app {

class AboutSource final : public cdn::AboutSource {
public:
    AboutSource(control::ChannelService& channels, control::BroadcastService& broadcasts)
        : channels_(channels),
          broadcasts_(broadcasts) {}

    Task<std::optional<cdn::About>> about_channel(std::string channel) override;
    Task<std::optional<cdn::About>> about_broadcast(BroadcastId broadcast) override;

private:
    control::ChannelService& channels_;
    control::BroadcastService& broadcasts_;
};

}  // namespace tally::app
