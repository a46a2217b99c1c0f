// What a viewer may know of what there is to watch: pages show it beside the picture, without an API key.
#pragma once

#include "base/clock.hpp"
#include "base/task.hpp"
#include "cdn/playback_guard.hpp"
#include "http/router.hpp"

#include <optional>
#include <string>

namespace tally::cdn {

struct AboutBroadcast {
    BroadcastId id;
    std::string title;
    std::string description;
    std::string status;
    std::optional<Time> started{};
};

struct About {
    ChannelId channel;
    std::string channel_name{};
    std::optional<AboutBroadcast> broadcast{};  // of a channel: the one on air
    bool restricted = false;                    // viewers need a playback token of either
};

/// Declared here, answered by who keeps channels and broadcasts. Called from any network thread; errors mean
/// that the store is out of reach.
class AboutSource {
public:
    virtual ~AboutSource() = default;
    /// Of a channel by id, slug or older slug; empty when unknown.
    virtual Task<std::optional<About>> about_channel(std::string channel) = 0;
    /// Empty when unknown or revoked.
    virtual Task<std::optional<About>> about_broadcast(BroadcastId broadcast) = 0;
};

/// GET /live/{channel}/about.json and /vod/{broadcast}/about.json. Both references must outlive the router.
void add_about_routes(http::Router& router, AboutSource& source, const PlaybackGuard& guard);

}  // namespace tally::cdn
