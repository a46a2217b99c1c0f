// A viewer over RTMP: one connection, media as it comes, and a second of it kept ahead.
#pragma once

#include "load/viewer.hpp"
#include "net/client_stream.hpp"
#include "rtmp/chunk_reader.hpp"

namespace tally::load {

class RtmpViewer final : public Viewer {
public:
    /// The seat's target is "/app/stream".
    explicit RtmpViewer(Seat seat);

    Async<> run() override;
    Async<> leave() override;

    Playback& playback() override { return playback_; }

private:
    /// What one connection goes through.
    struct Link;

    Task<> play(Link& link);
    Task<> greet(Link& link);
    Task<> receive(Link& link);
    Result<> take(Link& link, const rtmp::Message& message);
    void take_media(std::uint32_t timestamp);

    Seat seat_;
    Playback playback_;
    std::optional<std::uint32_t> newest_;  // timestamp, ms
};

}  // namespace tally::load
