// A change copies the map and puts the copy in place; readers keep the one they loaded.
#include "cdn/live_directory.hpp"

namespace tally::cdn {

void LiveDirectory::add(
    const ChannelId& channel, std::vector<std::string> names, std::shared_ptr<const package::Output> output
) {
    const auto live = std::make_shared<const LiveChannel>(LiveChannel{channel, std::move(output)});
    const std::scoped_lock lock(changing_);
    auto next = std::make_shared<Channels>(*channels_.load());
    erase(*next, channel);
    next->insert_or_assign(channel.text(), live);
    for (auto& name : names)
        next->try_emplace(std::move(name), live);
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
