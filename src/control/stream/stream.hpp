// A stream: one encoder's feed of a broadcast, which outlives its connections.
#pragma once

#include "control/columns.hpp"
#include "control/media_terms.hpp"
#include "control/state_machine.hpp"

namespace tally::control {

enum class StreamStatus : std::uint8_t { starting, active, reconnecting, stopping, stopped, failed };
BOOST_DESCRIBE_ENUM(StreamStatus, starting, active, reconnecting, stopping, stopped, failed)

enum class StreamEvent : std::uint8_t { media_arrived, encoder_left, drain, stop, fail };
BOOST_DESCRIBE_ENUM(StreamEvent, media_arrived, encoder_left, drain, stop, fail)

/// API section 1.3. An event without a row changes nothing.
inline constexpr auto stream_transitions = std::to_array<Transition<StreamStatus, StreamEvent>>({
    {StreamStatus::starting, StreamEvent::media_arrived, StreamStatus::active},
    {StreamStatus::starting, StreamEvent::stop, StreamStatus::stopped},
    {StreamStatus::starting, StreamEvent::fail, StreamStatus::failed},
    {StreamStatus::active, StreamEvent::encoder_left, StreamStatus::reconnecting},
    {StreamStatus::active, StreamEvent::drain, StreamStatus::stopping},
    {StreamStatus::active, StreamEvent::stop, StreamStatus::stopped},
    {StreamStatus::active, StreamEvent::fail, StreamStatus::failed},
    {StreamStatus::reconnecting, StreamEvent::media_arrived, StreamStatus::active},
    {StreamStatus::reconnecting, StreamEvent::encoder_left, StreamStatus::reconnecting},
    {StreamStatus::reconnecting, StreamEvent::stop, StreamStatus::stopped},
    {StreamStatus::reconnecting, StreamEvent::fail, StreamStatus::failed},
    {StreamStatus::stopping, StreamEvent::encoder_left, StreamStatus::stopped},
    {StreamStatus::stopping, StreamEvent::stop, StreamStatus::stopped},
    {StreamStatus::stopping, StreamEvent::fail, StreamStatus::failed},
});

/// A row of `streams`.
struct Stream {
    StreamId id;
    ChannelId channel_id;
    BroadcastId broadcast_id;
    StreamStatus status = StreamStatus::starting;
    Protocol protocol = Protocol::rtmp;
    Quality quality;
    bool quality_declared = false;  // by who started it, or in the channel's settings
    Time started_at;
    std::optional<Time> first_media_at;
    std::optional<Time> lost_at;      // when the encoder left, while it is away
    bool said_goodbye = false;        // it left on purpose
    std::optional<Time> deadline_at;  // when the lifecycle acts, unless something happens before
    std::optional<Time> ended_at;
    std::optional<std::string> end_reason;
    bool completes_broadcast = true;  // with its end, when it is being drained
    std::int64_t reconnects = 0;
};
BOOST_DESCRIBE_STRUCT(
    Stream,
    (),
    (id,
     channel_id,
     broadcast_id,
     status,
     protocol,
     quality,
     quality_declared,
     started_at,
     first_media_at,
     lost_at,
     said_goodbye,
     deadline_at,
     ended_at,
     end_reason,
     completes_broadcast,
     reconnects)
)

inline bool is_over(StreamStatus status) {
    return status == StreamStatus::stopped || status == StreamStatus::failed;
}

}  // namespace tally::control
