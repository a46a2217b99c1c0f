#include "control/channel/channel_names.hpp"

namespace tally::control {

std::optional<ChannelNames::Entry> ChannelNames::find(const std::string& segment) const {
    const auto entries = entries_.load();
    const auto found = entries->find(segment);
    return found == entries->end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> ChannelNames::names_of(const ChannelId& channel) const {
    std::vector<std::string> names;
    const auto entries = entries_.load();
    for (const auto& [name, entry] : *entries) {
        if (entry.id == channel && name != channel.text()) names.push_back(name);
    }
    return names;
}

void ChannelNames::replace(const std::vector<ChannelName>& names) {
    auto entries = std::make_shared<Entries>();
    for (const auto& each : names)
        entries->try_emplace(each.channel_id.text(), each.channel_id, each.name, each.visibility);
    for (const auto& each : names)
        entries->try_emplace(each.slug, each.channel_id, each.name, each.visibility);
    entries_ = std::move(entries);
    changed_();
}

}  // namespace tally::control
