#include "control/channel/channel_view.hpp"

namespace tally::control {

json::object channel_json(const Channel& channel) {
    auto view = json::encode(channel).get_object();
    for (const auto* internal : {"keyGeneration", "keyHash", "heldUntil", "deletedAt"})
        view.erase(internal);
    if (channel.deleted_at) view["deletedAt"] = json::encode(channel.deleted_at);
    return view;
}

json::object channel_json_with_key(const Channel& channel, const std::string& key) {
    auto view = channel_json(channel);
    view["streamKey"] = key;
    return view;
}

json::object channel_summary(const Channel& channel) {
    return {
        {"id", channel.id.text()},
        {"name", channel.name},
        {"slug", channel.slug},
        {"status", json::encode(channel.status)},
    };
}

}  // namespace tally::control
