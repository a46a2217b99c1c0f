// A viewer of an HLS stream: playlists reloaded on schedule.
#pragma once

#include "load/segment_viewer.hpp"

namespace tally::load {

class HlsViewer final : public SegmentViewer {
public:
    /// The seat's target is the master playlist.
    explicit HlsViewer(Seat seat) : SegmentViewer(std::move(seat), Reporter::Format::hls) {}

    Async<> run() override;

private:
    Async<bool> open();
    Async<std::optional<MediaPlaylist>> load(const Track& track);
};

}  // namespace tally::load
