// Every stream that is on the air in this process: what control starts and ends, encoders feed, viewers find.
#pragma once

#include "app/pipeline.hpp"
#include "cdn/live_directory.hpp"
#include "config/settings.hpp"
#include "control/channel/channel_names.hpp"
#include "control/stream/live_directory.hpp"
#include "net/runtime.hpp"
#include "record/library.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace tally::app {

class LiveStreams final : public control::LiveDirectory {
public:
    /// What streams are made with; all of it outlives them.
    struct Parts {
        net::Runtime& runtime;
        const Clock& clock;
        cdn::LiveDirectory& viewers;
        record::Library& library;
        WorkerPool& recorder;  // one thread
        config::Live settings;
        ContentCheck::Parts pictures;
        config::Content content;
    };

    /// Told on the stream's home thread.
    struct Listener {
        std::function<void(StreamId)> media_arrived;
        std::function<void(StreamId, bool goodbye)> encoder_left;
        std::function<void(StreamId)> media_refused;
        std::function<std::vector<std::string>(const ChannelId&)> names_of;  // slug and older slugs
        std::function<void(const control::LiveStart&)> on_air;               // on any thread
        std::function<void(const BroadcastId&)> over;                        // on any thread
        std::function<std::string(const StreamId&)> health_of;               // "healthy"; from any thread
        std::function<bool(const ChannelId&)> is_restricted;                 // not public
    };

    explicit LiveStreams(const Parts& parts) : parts_(parts) {}

    /// Before the first start().
    void listen(Listener listener) { listener_ = std::move(listener); }

    void start(const control::LiveStart& start) override;
    Async<> end_stream(StreamId stream) override;
    Async<std::optional<control::RecordingState>> finish_recording(BroadcastId broadcast) override;
    void set_visibility(const BroadcastId& broadcast, control::Visibility visibility) override;
    std::optional<control::Measured> measured(const StreamId& stream) const override;
    std::vector<control::Rendition> renditions(const StreamId& stream) const override;

    /// Ready to be fed. Errc::closed when it is not running.
    Task<std::shared_ptr<media::Stream>> stream(StreamId stream);
    /// What the channel plays now. Errc::not_found before the first media.
    Task<std::shared_ptr<media::Stream>> playing(ChannelId channel);
    /// The newest keyframe of what the channel plays; null without one.
    media::FramePtr newest_keyframe(const ChannelId& channel) const;

    struct Audience {
        BroadcastId broadcast;    // on air; empty while there is none
        bool restricted = false;  // viewers need a playback token
    };

    Audience audience(const ChannelId& channel) const;
    /// After a channel became public, or ceased to be.
    void channels_changed() const;
    /// While a stream of the broadcast may still be recorded.
    bool has_broadcast(const BroadcastId& broadcast) const;
    /// Ends all streams for this process; the store keeps them running, so that they go on after a restart.
    Async<> suspend();
    std::size_t count() const;

    bool is_running(const StreamId& stream) const { return find(stream) != nullptr; }

    std::vector<std::shared_ptr<Pipeline>> running() const;
    std::vector<StreamId> running_streams() const override;
    std::string health_status(const StreamId& stream) const override;

private:
    using PipelinePtr = std::shared_ptr<Pipeline>;

    PipelinePtr find(const StreamId& stream) const;
    PipelinePtr find(const ChannelId& channel) const;
    void show(const control::LiveStart& start, std::shared_ptr<const package::Output> output) const;
    std::shared_ptr<ContentCheck> content_check() const;
    media::StreamEvents events_of(const StreamId& stream) const;

    Parts parts_;
    Listener listener_;
    mutable std::mutex mutex_;
    std::map<StreamId, PipelinePtr> pipelines_;  // under the mutex
    std::size_t started_ = 0;                    // under the mutex
};

}  // namespace tally::app
