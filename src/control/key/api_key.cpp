#include "control/key/api_key.hpp"

namespace tally::control {
namespace {

constexpr std::chrono::days last_days{7};

}  // namespace

ApiKeyStatus status_of(const ApiKey& key, Time now) {
    if (key.revoked_at || (key.expires_at && *key.expires_at <= now)) return ApiKeyStatus::revoked;
    const bool soon = key.expires_at && *key.expires_at - now < last_days;
    return soon ? ApiKeyStatus::expiring : ApiKeyStatus::active;
}

http::Caller caller_of(const ApiKey& key) {
    http::Caller caller{.id = key.id.text(), .scopes = {}, .channels = key.channel_ids};
    for (const auto& scope : key.scopes)
        caller.scopes.add(scope);
    return caller;
}

json::object api_key_json(const ApiKey& key, Time now) {
    auto view = json::encode(key).get_object();
    view.erase("secretHash");
    if (key.channel_ids.empty()) view["channelIds"] = nullptr;
    view["status"] = json::encode(status_of(key, now));
    return view;
}

}  // namespace tally::control
