#include "control/stream/stream_view.hpp"

#include "control/broadcast/broadcast_view.hpp"
#include "control/channel/channel_view.hpp"

namespace tally::control {

namespace {

struct Playback {
    PlaybackFormat format;
    json::value mime_type;
    std::string_view platform;
    std::string url;
};

std::vector<Playback> playbacks(const ChannelId& channel, const http::PublicUrls& urls) {
    const auto& id = channel.text();
    return {
        {PlaybackFormat::hls, "application/vnd.apple.mpegurl", "web", urls.hls(id)},
        {PlaybackFormat::dash, "application/dash+xml", "smart-tv", urls.dash(id)},
        {PlaybackFormat::rtmp, nullptr, "legacy", urls.rtmp("/live/" + id)},
    };
}

json::object playback_urls(const std::vector<Playback>& offered) {
    json::object by_format;
    for (const auto& each : offered)
        by_format.emplace(enum_text(each.format), each.url);
    return by_format;
}

json::value recording_json(const StoppedStream& stopped, const http::PublicUrls& urls) {
    const auto& id = stopped.broadcast.recording_id;
    if (!stopped.recording || !id) return nullptr;
    json::object view{
        {"id", id->text()},
        {"status", json::encode(stopped.recording->status)},
        {"playable", stopped.recording->playable},
        {"masterUrl", nullptr},
    };
    if (stopped.recording->playable)
        view["masterUrl"] = urls.cdn(fmt::format("/vod/{}/master.m3u8", stopped.broadcast.id.text()));
    return view;
}

}  // namespace

void add_stream_urls(json::object& view, const ChannelId& channel, const http::PublicUrls& urls) {
    view["ingestUrl"] = urls.rtmp("/live");
    view["playbackUrls"] = playback_urls(playbacks(channel, urls));
}

json::object stream_json(const StreamDetails& details, const http::PublicUrls& urls) {
    const auto& stream = details.stream;
    auto view = json::encode(stream).get_object();
    for (const auto* internal :
         {"qualityDeclared", "lostAt", "saidGoodbye", "deadlineAt", "completesBroadcast"})
        view.erase(internal);
    view["measured"] = json::encode(details.measured);
    add_stream_urls(view, stream.channel_id, urls);
    view["channel"] = channel_summary(details.channel);
    view["healthStatus"] = details.health_status;
    return view;
}

void add_ingest_secrets(json::object& view, const std::string& key, const http::PublicUrls& urls) {
    const auto publish_url = urls.rtmp("/live/" + key);
    view["streamKey"] = key;
    view["publishUrl"] = publish_url;
    view["ingestUrls"] = json::object{{"rtmp", publish_url}};
}

json::object started_json(
    const StreamDetails& details, const std::string& key, const http::PublicUrls& urls
) {
    auto view = stream_json(details, urls);
    add_ingest_secrets(view, key, urls);
    view["warnings"] = json::encode(details.warnings);
    return view;
}

json::object stopped_json(const StoppedStream& stopped, const http::PublicUrls& urls) {
    const auto& stream = stopped.stream;
    std::optional<Milliseconds> duration;
    if (stream.ended_at) duration = *stream.ended_at - stream.started_at;
    return {
        {"id", stream.id.text()},
        {"status", json::encode(stream.status)},
        {"endedAt", json::encode(stream.ended_at)},
        {"endReason", json::encode(stream.end_reason)},
        {"duration", json::encode(duration)},
        {"broadcast", broadcast_summary(stopped.broadcast)},
        {"recording", recording_json(stopped, urls)},
    };
}

json::object playback_json(
    const StreamDetails& details,
    const std::vector<Rendition>& renditions,
    const PlaybackChoice& choice,
    const http::PublicUrls& urls
) {
    const auto& stream = details.stream;
    const auto& channel = details.channel;
    auto offered = playbacks(stream.channel_id, urls);
    const auto& [format, token] = choice;
    if (format) std::erase_if(offered, [&](const Playback& each) { return each.format != *format; });
    if (token)
        for (auto& each : offered)
            each.url += "?token=" + token->text;
    json::array formats;
    for (const auto& each : offered) {
        formats.push_back(json::object{
            {"format", enum_text(each.format)},
            {"url", each.url},
            {"mimeType", each.mime_type},
            {"platform", each.platform},
            {"lowLatency", each.format == PlaybackFormat::rtmp || channel.latency_mode == LatencyMode::low},
        });
    }
    json::object view{
        {"streamId", stream.id.text()},
        {"channelId", channel.id.text()},
        {"live", !is_over(stream.status)},
        {"latencyMode", json::encode(channel.latency_mode)},
        {"playbackUrls", playback_urls(offered)},
        {"formats", std::move(formats)},
        {"renditions", json::encode(renditions)},
        {"expiresAt", token ? json::encode(token->expires_at) : nullptr},
    };
    if (format) {
        view["format"] = enum_text(*format);
        view["url"] = offered.front().url;
    }
    return view;
}

}  // namespace tally::control
