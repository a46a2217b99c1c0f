// Who may publish and play over RTMP: control decides, the live streams provide.
#pragma once

#include "app/live_streams.hpp"
#include "control/channel/channel_names.hpp"
#include "control/ingest/ingest_service.hpp"
#include "rtmp/access.hpp"

namespace tally::app {

class RtmpAccess final : public rtmp::Access {
public:
    RtmpAccess(control::IngestService& ingest, const control::ChannelNames& names, LiveStreams& streams)
        : ingest_(ingest),
          names_(names),
          streams_(streams) {}

    Task<std::unique_ptr<media::Publisher>> publish(rtmp::StreamRequest request) override;
    Task<std::shared_ptr<media::Stream>> play(rtmp::StreamRequest request) override;

private:
    control::IngestService& ingest_;
    const control::ChannelNames& names_;
    LiveStreams& streams_;
};

}  // namespace tally::app
