// What delivery must know of channels and broadcasts, declared here and answered by who keeps them.
#pragma once

#include "base/id.hpp"
#include "base/task.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace tally::cdn {

struct BroadcastFacts {
    enum class Phase : std::uint8_t { before, live, over, revoked };

    BroadcastId id;
    ChannelId channel;
    std::string title;
    Phase phase = Phase::before;           // `over` only once its recorder has finished; `revoked`: not shown
    std::optional<RecordingId> recording;  // empty: it is not recorded
    bool restricted = false;               // viewers need a playback token
};

/// Called from any network thread, off the hot path. Errors mean that the store is out of reach.
class Catalogue {
public:
    virtual ~Catalogue() = default;
    /// By id, slug or older slug; empty when unknown.
    virtual Task<std::optional<ChannelId>> find_channel(std::string name) = 0;
    /// Empty when unknown.
    virtual Task<std::optional<BroadcastFacts>> find_broadcast(BroadcastId broadcast) = 0;
};

}  // namespace tally::cdn
