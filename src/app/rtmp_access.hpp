// Who may publish and play over RTMP: control decides, the live streams provide.
#pragma once

#include "app/admission.hpp"
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

    /// Who is asked from now on before anybody is let in.
    void ask(control::AdmissionHooks& hooks) { hooks_ = &hooks; }

    /// Attempts to publish with a key that does not fit, since the start. From any thread.
    std::uint64_t refused_keys() const { return refused_keys_.load(std::memory_order_relaxed); }

private:
    Task<control::Admission> admit(const rtmp::StreamRequest& request);
    std::unexpected<Error> note(const std::string& address, const Error& error);
    Task<> ask_to_publish(const control::Channel& channel, const std::string& address);
    Task<> ask_to_play(const ChannelId& channel, const BroadcastId& broadcast, const std::string& address);

    Audience* audience_ = nullptr;
    control::AdmissionHooks* hooks_ = nullptr;  // null: nobody is asked
    control::IngestService& ingest_;
    const control::ChannelNames& names_;
    LiveStreams& streams_;
    const cdn::PlaybackGuard& guard_;
    const Clock& clock_;
    std::atomic<std::uint64_t> refused_keys_ = 0;
    control::RateLimit refusals_;  // by address
};

}  // namespace tally::app
