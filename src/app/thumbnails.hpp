// Channel pictures on demand: decoded or drawn when somebody asks, and kept until there is a newer keyframe.
#pragma once

#include "app/live_streams.hpp"
#include "app/stills.hpp"
#include "base/worker_pool.hpp"
#include "cdn/thumbnail_routes.hpp"
#include "control/channel/channel_names.hpp"

#include <mutex>
#include <unordered_map>

namespace tally::app {

class Thumbnails final : public cdn::ThumbnailSource {
public:
    Thumbnails(
        const control::ChannelNames& names,
        const LiveStreams& streams,
        WorkerPool& pictures,
        Stills& stills,
        const Clock& clock
    )
        : names_(names),
          streams_(streams),
          pictures_(pictures),
          stills_(stills),
          clock_(clock) {}

    Task<std::optional<cdn::Thumbnail>> thumbnail(std::string channel) override;

private:
    struct Picture {
        media::FramePtr keyframe;  // null: the placeholder
        std::string name{};        // drawn on the placeholder
        SharedBytes jpeg{};
        Time drawn{};
    };

    Task<cdn::Thumbnail> newest(control::ChannelNames::Entry entry);
    /// What is kept of the channel, if it still shows `wanted`'s keyframe or name.
    std::optional<Picture> kept(const ChannelId& channel, const Picture& wanted) const;
    Task<Picture> render(const ChannelId& channel, Picture picture);
    Result<Bytes> draw(const Picture& picture);

    const control::ChannelNames& names_;
    const LiveStreams& streams_;
    WorkerPool& pictures_;
    Stills& stills_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::unordered_map<ChannelId, Picture> kept_;  // under the mutex, bounded
};

}  // namespace tally::app
