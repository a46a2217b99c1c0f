// Which channels are on air: looked up on every playlist and segment request, so from memory alone.
#pragma once

#include "base/id.hpp"
#include "package/output.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tally::cdn {

struct LiveChannel {
    ChannelId id;
    BroadcastId broadcast;
    std::shared_ptr<const package::Output> output;
    bool channel_restricted = false;
    bool broadcast_restricted = false;

    /// Viewers need a playback token.
    bool restricted() const { return channel_restricted || broadcast_restricted; }
};

/// Read from any thread without a lock on the readers' way; changed rarely, by copying.
class LiveDirectory {
public:
    /// `names` are the slug and its older forms (API A1); the id itself always works and comes first. Puts
    /// the output in place of an earlier one of the channel.
    void add(LiveChannel channel, std::vector<std::string> names);
    /// Lets `change` alter every channel on air.
    void update(const std::function<void(LiveChannel&)>& change);
    void remove(const ChannelId& channel);

    /// Null when the channel is not on air, or unknown.
    std::shared_ptr<const LiveChannel> find(std::string_view name) const;

private:
    struct Hash {
        using is_transparent = void;  // NOLINT(readability-identifier-naming): the library's name

        std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
    };

    using Channels =
        std::unordered_map<std::string, std::shared_ptr<const LiveChannel>, Hash, std::equal_to<>>;

    static void erase(Channels& channels, const ChannelId& channel);

    std::mutex changing_;
    std::atomic<std::shared_ptr<const Channels>> channels_ = std::make_shared<const Channels>();
};

}  // namespace tally::cdn
