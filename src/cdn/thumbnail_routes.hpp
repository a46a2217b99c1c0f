// A channel's picture: the newest keyframe while on air, a drawn poster otherwise.
#pragma once

#include "base/clock.hpp"
#include "base/task.hpp"
#include "cdn/playback_guard.hpp"
#include "http/router.hpp"

#include <boost/describe/enum.hpp>

#include <optional>
#include <string>

namespace tally::cdn {

enum class ThumbnailState : std::uint8_t { live, stale, placeholder };
BOOST_DESCRIBE_ENUM(ThumbnailState, live, stale, placeholder)

struct Thumbnail {
    SharedBytes jpeg;
    ThumbnailState state = ThumbnailState::placeholder;
    Time taken;
    ChannelId channel{};
    BroadcastId broadcast{};  // on air; empty while there is none
    bool restricted = false;  // viewers need a playback token of either
};

/// Declared here, answered by who decodes and draws. Called from any network thread.
class ThumbnailSource {
public:
    virtual ~ThumbnailSource() = default;
    /// Of a channel by id, slug or older slug; empty when unknown.
    virtual Task<std::optional<Thumbnail>> thumbnail(std::string channel) = 0;
};

/// GET /thumbnails/{channel}.jpg. Both references must outlive the router.
void add_thumbnail_routes(http::Router& router, ThumbnailSource& source, const PlaybackGuard& guard);

}  // namespace tally::cdn
