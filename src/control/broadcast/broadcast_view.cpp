#include "control/broadcast/broadcast_view.hpp"

#include "control/channel/channel_view.hpp"

namespace tally::control {

json::object broadcast_urls(const ChannelId& channel, const http::PublicUrls& urls) {
    return {
        {"hls", urls.hls(channel.text())},
        {"dash", urls.dash(channel.text())},
        {"rtmp", urls.rtmp("/live/" + channel.text())},
        {"thumbnail", urls.thumbnail(channel.text())},
    };
}

json::object broadcast_json(const BroadcastDetails& details, const http::PublicUrls& urls) {
    const auto& broadcast = details.broadcast;
    auto view = json::encode(broadcast).get_object();
    view.erase("autoLive");
    view["channelName"] = details.channel.slug;
    view["channel"] = channel_summary(details.channel);
    view["duration"] = json::encode(duration(broadcast));
    view["alertCounts"] = json::encode(details.alerts);
    view["urls"] = broadcast_urls(broadcast.channel_id, urls);
    view["warnings"] = json::encode(details.warnings);
    return view;
}

http::Response reply_created(const BroadcastDetails& details, const http::PublicUrls& urls) {
    auto response = reply(details.repeated ? 200 : 201, broadcast_json(details, urls));
    response.headers.set("Location", "/api/broadcasts/" + details.broadcast.id.text());
    return response;
}

json::object broadcast_summary(const Broadcast& broadcast) {
    return {
        {"id", broadcast.id.text()},
        {"status", json::encode(broadcast.status)},
        {"startedAt", json::encode(broadcast.started_at)},
        {"endedAt", json::encode(broadcast.ended_at)},
        {"duration", json::encode(duration(broadcast))},
    };
}

}  // namespace tally::control
