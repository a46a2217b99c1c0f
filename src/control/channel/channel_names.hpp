// Which channel a path segment means (API A1), answered from memory: players ask with every request.
#pragma once

#include "control/channel/channel_repository.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <unordered_map>

namespace tally::control {

class ChannelNames {
public:
    struct Entry {
        ChannelId id;
        std::string name;  // for people
        Visibility visibility = Visibility::public_;
    };

    /// By id, slug or old slug. From any thread, without waiting.
    std::optional<Entry> find(const std::string& segment) const;

    /// Its slug and old slugs.
    std::vector<std::string> names_of(const ChannelId& channel) const;

    /// Called after every replace(). Set before the first one.
    void listen(std::function<void()> changed) { changed_ = std::move(changed); }

    /// Takes the names over as a whole; readers see the old or the new ones.
    void replace(const std::vector<ChannelName>& names);

private:
    using Entries = std::unordered_map<std::string, Entry>;
    std::function<void()> changed_ = [] {};
    std::atomic<std::shared_ptr<const Entries>> entries_ = std::make_shared<const Entries>();
};

}  // namespace tally::control
