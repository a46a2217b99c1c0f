// The channel, broadcast and stream of one programme: every step of its life that changes them together.
#pragma once

#include "control/broadcast/broadcast.hpp"
#include "control/channel/channel.hpp"
#include "control/problems.hpp"
#include "control/stream/live_directory.hpp"
#include "control/stream/stream.hpp"
#include "sql/session.hpp"

#include <cassert>

namespace tally::control {

/// API section 1.3.
inline constexpr std::chrono::minutes start_timeout{30};
inline constexpr std::chrono::seconds goodbye_window{10};
/// After a stop by a client, an encoder that was there redials by itself: unannounced it begins nothing until
/// it has been quiet for this long.
inline constexpr std::chrono::seconds quiet_time{60};

struct OnAir {
    Channel channel;
    Broadcast broadcast;
    std::optional<Stream> stream;  // the running one, or the one that this is about

    /// For steps that only a stream can take.
    Stream& running_stream() {
        assert(stream);
        return *stream;
    }

    const Stream& running_stream() const {
        assert(stream);
        return *stream;
    }
};

/// All three as the store has them. Throws Unavailable when one is missing: the store forbids that.
OnAir load(sql::Session& session, const Stream& stream);
OnAir load(sql::Session& session, const Broadcast& broadcast);
OnAir load(sql::Session& session, const StreamId& stream);
OnAir load(sql::Session& session, const BroadcastId& broadcast);
/// Writes all three; the stream and the broadcast exist already.
void save(sql::Session& session, OnAir& on_air, Time now);

/// Whether the channel's one output is the broadcast's or nobody's, and the channel not disabled (API A13).
Outcome<void> check_output_is_free(const Channel& channel, const Broadcast& broadcast);

/// A new stream, waiting for its encoder.
void start_stream(OnAir& on_air, const Quality& quality, Time now);
void go_live(OnAir& on_air, Time now);

/// The first decodable media since the encoder attached.
void media_arrived(OnAir& on_air, Time now);
void encoder_left(OnAir& on_air, bool goodbye, Time now);
/// The stream's deadline has come: its start or its reconnect window is over, or no encoder came back.
void deadline_passed(OnAir& on_air, Time now);

/// What the encoder sends cannot be carried.
void media_refused(OnAir& on_air, std::string_view code, Time now);

/// Before a client ends what is on the air.
void hold_off(OnAir& on_air, Time now);
/// The encoder may finish until then; afterwards stop_stream() with the same arguments.
void drain_stream(OnAir& on_air, bool completes, std::string_view reason, Time until);
/// Ends the running stream, and with `completes` its broadcast if that is live.
void stop_stream(OnAir& on_air, bool completes, std::string_view reason, Time now);

/// Ends the running stream; the broadcast goes on.
void end_stream(OnAir& on_air, StreamEvent event, std::string_view reason, Time now);
/// Ends the broadcast, with its running stream.
void end_broadcast(OnAir& on_air, BroadcastAction action, std::string_view reason, Time now);

LiveStart live_start(const OnAir& on_air);

}  // namespace tally::control
