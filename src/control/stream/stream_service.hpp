// Use cases of streams, one transaction each.
#pragma once

#include "control/broadcast/broadcast_service.hpp"
#include "control/lifecycle/stream_lifecycle.hpp"
#include "control/stream/stream_repository.hpp"

namespace tally::control {

struct StartStream {
    ChannelId channel_id;
    BroadcastId broadcast_id;
    std::optional<Protocol> protocol{};
    std::optional<QualityTarget> quality{};
};
BOOST_DESCRIBE_STRUCT(StartStream, (), (channel_id, broadcast_id, protocol, quality))

struct StopStream {
    std::optional<bool> complete_broadcast{};  // true by default (API A3)
    std::optional<std::string> reason{};
    std::optional<std::chrono::seconds> drain_seconds{};  // what the encoder still sends is taken in
};
BOOST_DESCRIBE_STRUCT(StopStream, (), (complete_broadcast, reason, drain_seconds))

/// A stream with what its JSON needs of its channel and of the media side.
struct StreamDetails {
    Stream stream;
    Channel channel;
    std::optional<Measured> measured{};
    std::vector<Warning> warnings{};
    std::string health_status = "unknown";
};

struct StartedStream {
    StreamDetails details;
    bool created = false;  // false: it ran already
};

struct StoppedStream {
    Stream stream;
    Broadcast broadcast;
    std::optional<RecordingState> recording{};
};

class StreamService {
public:
    StreamService(
        sql::Database& database,
        const Clock& clock,
        const ChannelFactory& factory,
        ChannelService& channels,
        LiveDirectory& live,
        StreamLifecycle& lifecycle
    )
        : database_(database),
          clock_(clock),
          factory_(factory),
          channels_(channels),
          live_(live),
          lifecycle_(lifecycle) {}

    /// The same channel and broadcast again gives the running stream (API H8).
    Async<Outcome<StartedStream>> start(StartStream request);
    /// The broadcast is completed, and its recording playable, before this returns (API H7). Repeating is
    /// harmless.
    Async<Outcome<StoppedStream>> stop(StreamId id, StopStream request);
    Async<Outcome<StreamDetails>> get(StreamId id);
    Async<Page<StreamDetails>> list(StreamFilter filter, PageRequest page);

    std::string key_of(const Channel& channel) const { return factory_.keys().key_of(channel); }

    std::vector<Rendition> renditions(const StreamId& id) const { return live_.renditions(id); }

private:
    struct Started {
        OnAir on_air;
        bool created = false;
        std::vector<Warning> warnings{};
    };

    Async<> drain(StreamId id, const StopStream& request);
    Outcome<Started> start_in(sql::Session& session, const StartStream& request);

    sql::Database& database_;
    const Clock& clock_;
    const ChannelFactory& factory_;
    ChannelService& channels_;
    LiveDirectory& live_;
    StreamLifecycle& lifecycle_;
};

}  // namespace tally::control
