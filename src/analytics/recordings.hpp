// Who watches a recording is an audience of its own, kept beside those who watched it live: under a name that
// no broadcast has.
#pragma once

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

}  // namespace tally::analytics
