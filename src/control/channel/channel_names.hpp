// Which channel a path segment means (API A1), answered from memory: players ask with every request.
#pragma once

#include "control/channel/channel_repository.hpp"

#include <atomic>
#include <memory>
#include <unordered_map>

namespace tally::control {

class ChannelNames {
public:
    struct Entry {
        ChannelId id;
        std::string name;  // for people
    };

    /// By id, slug or old slug. From any thread, without waiting.
    std::optional<Entry> find(const std::string& segment) const;

    /// Its slug and old slugs.
    std::vector<std::string> names_of(const ChannelId& channel) const;

    /// Takes the names over as a whole; readers see the old or the new ones.
    void replace(const std::vector<ChannelName>& names);

private:
    using Entries = std::unordered_map<std::string, Entry>;
    std::atomic<std::shared_ptr<const Entries>> entries_ = std::make_shared<const Entries>();
};

}  // namespace tally::control
