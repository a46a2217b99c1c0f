// A channel: the lasting address that encoders publish to and viewers watch.
#pragma once

#include "base/clock.hpp"
#include "base/id.hpp"
#include "control/columns.hpp"
#include "control/media_terms.hpp"
#include "control/state_machine.hpp"

#include <boost/json/object.hpp>

namespace tally::control {

enum class ChannelStatus : std::uint8_t { inactive, active, disabled };
BOOST_DESCRIBE_ENUM(ChannelStatus, inactive, active, disabled)

enum class ChannelAction : std::uint8_t { go_on_air, go_off_air, disable, enable };
BOOST_DESCRIBE_ENUM(ChannelAction, go_on_air, go_off_air, disable, enable)

/// API section 1.3. A disabled channel stays so whatever its broadcasts do.
inline constexpr auto channel_transitions = std::to_array<Transition<ChannelStatus, ChannelAction>>({
    {ChannelStatus::inactive, ChannelAction::go_on_air, ChannelStatus::active},
    {ChannelStatus::inactive, ChannelAction::go_off_air, ChannelStatus::inactive},
    {ChannelStatus::inactive, ChannelAction::disable, ChannelStatus::disabled},
    {ChannelStatus::inactive, ChannelAction::enable, ChannelStatus::inactive},
    {ChannelStatus::active, ChannelAction::go_on_air, ChannelStatus::active},
    {ChannelStatus::active, ChannelAction::go_off_air, ChannelStatus::inactive},
    {ChannelStatus::active, ChannelAction::disable, ChannelStatus::disabled},
    {ChannelStatus::active, ChannelAction::enable, ChannelStatus::active},
    {ChannelStatus::disabled, ChannelAction::go_on_air, ChannelStatus::disabled},
    {ChannelStatus::disabled, ChannelAction::go_off_air, ChannelStatus::disabled},
    {ChannelStatus::disabled, ChannelAction::disable, ChannelStatus::disabled},
    {ChannelStatus::disabled, ChannelAction::enable, ChannelStatus::inactive},
});

/// A row of `channels`.
struct Channel {
    ChannelId id;
    std::string name;
    std::string slug;
    ChannelStatus status = ChannelStatus::inactive;
    Visibility visibility = Visibility::public_;
    std::int64_t key_generation = 1;  // the stream key is derived from it
    std::string key_hash;             // finds the channel of a key; gives nobody the key
    Quality default_quality;
    LatencyMode latency_mode = LatencyMode::standard;
    std::chrono::seconds dvr_window{0};
    std::chrono::seconds reconnect_window{60};
    bool record = true;
    bool auto_live = true;  // an encoder that dials in unannounced starts a broadcast (API A26)
    std::optional<BroadcastId> current_broadcast_id;  // the live one
    std::optional<StreamId> current_stream_id;        // the running one
    std::optional<std::string> poster_url;
    json::object metadata;
    std::optional<Time> held_until;  // an encoder that dials in unannounced before this begins nothing
    std::optional<Time> deleted_at;
    Time created_at;
    Time updated_at;
};
BOOST_DESCRIBE_STRUCT(
    Channel,
    (),
    (id,
     name,
     slug,
     status,
     visibility,
     key_generation,
     key_hash,
     default_quality,
     latency_mode,
     dvr_window,
     reconnect_window,
     record,
     auto_live,
     current_broadcast_id,
     current_stream_id,
     poster_url,
     metadata,
     held_until,
     deleted_at,
     created_at,
     updated_at)
)

/// ^[a-z0-9][a-z0-9-]{1,62}$, and never "ch_...": a path segment is an id or a slug without doubt (API A1).
bool is_slug(std::string_view text);
/// The nearest slug to a name: "Tech Weekly!" gives "tech-weekly".
std::string slug_from(std::string_view name);

void apply(Channel& channel, ChannelAction action);
/// A broadcast goes on the air, or off it.
void set_on_air(Channel& channel, std::optional<BroadcastId> broadcast);

}  // namespace tally::control
