// Who watches a recording is an audience of its own, kept beside those who watched it live: under a name that
// no broadcast has.
#pragma once

#include "base/clock.hpp"
#include "base/id.hpp"

#include <optional>
#include <string_view>

namespace tally::analytics {

inline constexpr std::string_view recording_prefix = "vod_";

/// What the views of the broadcast's recording are kept under. Empty when that would be no id.
inline std::optional<BroadcastId> recording_of(const BroadcastId& broadcast) {
    return BroadcastId::parse(std::string(recording_prefix) + broadcast.text());
}

inline bool is_recording(const BroadcastId& id) {
    return id.text().starts_with(recording_prefix);
}

/// The key of a view of a recording that was opened then. A player that comes back once that was let go, or
/// after a restart, is another view: nobody remembers the one before.
constexpr std::uint64_t recorded_view(std::uint64_t key, Time opened) {
    const auto mixed =
        (key ^ static_cast<std::uint64_t>(opened.time_since_epoch().count())) * 0x9E37'79B9'7F4A'7C15ULL;
    return mixed ^ mixed >> 32U;
}

}  // namespace tally::analytics
