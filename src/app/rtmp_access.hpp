// Who may publish and play over RTMP: control decides, the live streams provide.
#pragma once

#include "app/audience.hpp"
#include "app/live_streams.hpp"
#include "cdn/playback_guard.hpp"
#include "control/channel/channel_names.hpp"
#include "control/ingest/ingest_service.hpp"
#include "control/rate_limit.hpp"
#include "rtmp/access.hpp"

namespace tally::app {

class RtmpAccess final : public rtmp::Access {
public:
    RtmpAccess(
        control::IngestService& ingest,
        const control::ChannelNames& names,
        LiveStreams& streams,
        const cdn::PlaybackGuard& guard,
        const Clock& clock
    );

    Task<std::unique_ptr<media::Publisher>> publish(rtmp::StreamRequest request) override;
    Task<std::shared_ptr<media::Stream>> play(rtmp::StreamRequest request) override;
    std::shared_ptr<rtmp::Viewing> watch(const rtmp::StreamRequest& request) override;

    /// Players are counted there from now on.
    void tell(Audience& audience) { audience_ = &audience; }

    /// Attempts to publish with a key that does not fit, since the start. From any thread.
    std::uint64_t refused_keys() const { return refused_keys_.load(std::memory_order_relaxed); }

private:
    Audience* audience_ = nullptr;
    Task<control::Admission> admit(const rtmp::StreamRequest& request);

    control::IngestService& ingest_;
    const control::ChannelNames& names_;
    LiveStreams& streams_;
    const cdn::PlaybackGuard& guard_;
    const Clock& clock_;
    std::atomic<std::uint64_t> refused_keys_ = 0;
    control::RateLimit refusals_;  // by address
};

}  // namespace tally::app
