// A change copies the map and puts the copy in place; readers keep the one they loaded.
#include "cdn/live_directory.hpp"

namespace tally::cdn {

void LiveDirectory::add(LiveChannel channel, std::vector<std::string> names) {
    const auto live = std::make_shared<const LiveChannel>(std::move(channel));
    const std::scoped_lock lock(changing_);
    auto next = std::make_shared<Channels>(*channels_.load());
    erase(*next, live->id);
    next->insert_or_assign(live->id.text(), live);
    for (auto& name : names)
        next->try_emplace(std::move(name), live);
    channels_.store(std::move(next));
}

void LiveDirectory::update(const std::function<void(LiveChannel&)>& change) {
    const std::scoped_lock lock(changing_);
    auto next = std::make_shared<Channels>(*channels_.load());
    std::unordered_map<ChannelId, std::shared_ptr<const LiveChannel>> changed;
    for (auto& [name, live] : *next) {
        auto& copy = changed[live->id];
        if (!copy) {
            auto altered = *live;
            change(altered);
            copy = std::make_shared<const LiveChannel>(std::move(altered));
        }
        live = copy;
    }
    channels_.store(std::move(next));
}

void LiveDirectory::remove(const ChannelId& channel) {
    const std::scoped_lock lock(changing_);
    auto next = std::make_shared<Channels>(*channels_.load());
    erase(*next, channel);
    channels_.store(std::move(next));
}

std::shared_ptr<const LiveChannel> LiveDirectory::find(std::string_view name) const {
    const auto channels = channels_.load();
    const auto found = channels->find(name);
    return found == channels->end() ? nullptr : found->second;
}

void LiveDirectory::erase(Channels& channels, const ChannelId& channel) {
    std::erase_if(channels, [&](const auto& entry) { return entry.second->id == channel; });
}

}  // namespace tally::cdn
