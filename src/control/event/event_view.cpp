#include "control/event/event_view.hpp"

#include "control/broadcast/broadcast_view.hpp"
#include "control/stream/stream_view.hpp"

namespace tally::control {

namespace {

constexpr std::string_view api_version = "2026-10-01";

void add_recording_urls(json::object& data, const http::PublicUrls& urls) {
    const auto* status = data.if_contains("status");
    if (status == nullptr || *status != "ready") return;
    const std::string_view id = data.at("broadcastId").as_string();
    const auto folder = urls.cdn(fmt::format("/vod/{}/", id));
    data["masterUrl"] = folder + "master.m3u8";
    data["downloadUrl"] = urls.cdn(fmt::format("/downloads/{}.mp4", id));
    auto* previews = data.if_contains("previews");
    if (previews == nullptr) return;
    for (auto& preview : previews->as_array())
        preview.as_object()["url"] = fmt::format("{}preview_{}.mp4", folder, preview.at("n").as_int64());
}

void add_urls(json::object& data, const Event& event, const http::PublicUrls& urls) {
    if (!event.channel_id) return;
    const auto channel = ChannelId::parse(*event.channel_id);
    if (!channel) return;
    if (event.resource_type == "broadcast") data["urls"] = broadcast_urls(*channel, urls);
    if (event.resource_type == "recording") add_recording_urls(data, urls);
    if (event.resource_type == "stream") add_stream_urls(data, *channel, urls);
}

}  // namespace

json::object event_json(const Event& event, const http::PublicUrls& urls) {
    auto data = event.data;
    add_urls(data, event, urls);
    return {
        {"id", event.id},
        {"type", event.type},
        {"timestamp", json::encode(event.occurred_at)},
        {"apiVersion", api_version},
        {"sequence", event.sequence},
        {"resource",
         json::object{
             {"type", event.resource_type},
             {"id", event.resource_id},
             {"version", event.version},
         }},
        {"data", std::move(data)},
        {"previous", event.previous},
    };
}

}  // namespace tally::control
