// A broadcast: one programme of a channel, from its announcement to its recording.
#pragma once

#include "control/columns.hpp"
#include "control/media_terms.hpp"
#include "control/schedule/scheduled_event.hpp"
#include "control/state_machine.hpp"

#include <boost/json/object.hpp>

namespace tally::control {

enum class BroadcastStatus : std::uint8_t { scheduled, live, completed, cancelled, revoked };
BOOST_DESCRIBE_ENUM(BroadcastStatus, scheduled, live, completed, cancelled, revoked)

enum class BroadcastAction : std::uint8_t { start, complete, cancel, revoke };
BOOST_DESCRIBE_ENUM(BroadcastAction, start, complete, cancel, revoke)

/// API section 1.3. A row that leads to its own state is an action that may be repeated.
inline constexpr auto broadcast_transitions = std::to_array<Transition<BroadcastStatus, BroadcastAction>>({
    {BroadcastStatus::scheduled, BroadcastAction::start, BroadcastStatus::live},
    {BroadcastStatus::live, BroadcastAction::start, BroadcastStatus::live},
    {BroadcastStatus::live, BroadcastAction::complete, BroadcastStatus::completed},
    {BroadcastStatus::completed, BroadcastAction::complete, BroadcastStatus::completed},
    {BroadcastStatus::scheduled, BroadcastAction::cancel, BroadcastStatus::cancelled},
    {BroadcastStatus::cancelled, BroadcastAction::cancel, BroadcastStatus::cancelled},
    {BroadcastStatus::live, BroadcastAction::revoke, BroadcastStatus::revoked, true},
    {BroadcastStatus::completed, BroadcastAction::revoke, BroadcastStatus::revoked, true},
    {BroadcastStatus::revoked, BroadcastAction::revoke, BroadcastStatus::revoked, true},
});

enum class MediaState : std::uint8_t { none, waiting, receiving, interrupted, ended };
BOOST_DESCRIBE_ENUM(MediaState, none, waiting, receiving, interrupted, ended)

enum class MediaEvent : std::uint8_t { stream_started, media_arrived, window_passed, stream_ended, over };

/// What the audience sees. An event without a row changes nothing.
inline constexpr auto media_transitions = std::to_array<Transition<MediaState, MediaEvent>>({
    {MediaState::none, MediaEvent::stream_started, MediaState::waiting},
    {MediaState::waiting, MediaEvent::media_arrived, MediaState::receiving},
    {MediaState::waiting, MediaEvent::stream_ended, MediaState::none},
    {MediaState::receiving, MediaEvent::window_passed, MediaState::interrupted},
    {MediaState::receiving, MediaEvent::stream_ended, MediaState::interrupted},
    {MediaState::interrupted, MediaEvent::media_arrived, MediaState::receiving},
    {MediaState::none, MediaEvent::over, MediaState::ended},
    {MediaState::waiting, MediaEvent::over, MediaState::ended},
    {MediaState::receiving, MediaEvent::over, MediaState::ended},
    {MediaState::interrupted, MediaEvent::over, MediaState::ended},
});

/// A row of `broadcasts`.
struct Broadcast {
    BroadcastId id;
    ChannelId channel_id;
    std::string title;
    std::string description;
    std::vector<std::string> tags;
    BroadcastStatus status = BroadcastStatus::scheduled;
    MediaState media_state = MediaState::none;
    Visibility visibility = Visibility::public_;
    std::optional<ScheduledId> scheduled_id;  // the event that it was made from, and its plan
    std::optional<Time> scheduled_start;
    std::optional<std::chrono::seconds> estimated_duration;
    bool auto_live = false;              // begun by an encoder that dialled in, and ended by its goodbye
    std::chrono::seconds auto_end{900};  // without an encoder
    bool record = true;
    std::optional<RecordingId> recording_id;
    std::vector<StreamId> stream_ids;
    std::optional<StreamId> active_stream_id;
    Time created_at;
    std::optional<Time> started_at;
    std::optional<Time> ended_at;
    std::optional<Milliseconds> media_duration;
    std::optional<std::string> end_reason;
    json::object metadata;
};
BOOST_DESCRIBE_STRUCT(
    Broadcast,
    (),
    (id,
     channel_id,
     title,
     description,
     tags,
     status,
     media_state,
     visibility,
     scheduled_id,
     scheduled_start,
     estimated_duration,
     auto_live,
     auto_end,
     record,
     recording_id,
     stream_ids,
     active_stream_id,
     created_at,
     started_at,
     ended_at,
     media_duration,
     end_reason,
     metadata)
)

inline bool is_over(BroadcastStatus status) {
    return status != BroadcastStatus::scheduled && status != BroadcastStatus::live;
}

/// From going live to the end (API A19).
inline std::optional<Milliseconds> duration(const Broadcast& broadcast) {
    if (!broadcast.started_at || !broadcast.ended_at) return std::nullopt;
    return *broadcast.ended_at - *broadcast.started_at;
}

inline void apply(Broadcast& broadcast, MediaEvent event) {
    broadcast.media_state =
        follow(media_transitions, broadcast.media_state, event).value_or(broadcast.media_state);
}

}  // namespace tally::control
