// A stream as the API prints it.
#pragma once

#include "control/playback/playback_tokens.hpp"
#include "control/stream/stream_service.hpp"
#include "http/public_urls.hpp"

namespace tally::control {

/// Its addresses, as members of `view`.
void add_stream_urls(json::object& view, const ChannelId& channel, const http::PublicUrls& urls);
/// Without secrets.
json::object stream_json(const StreamDetails& details, const http::PublicUrls& urls);
/// The key and the addresses that hold it: for the answer to start-stream and for the scope streams:keys.
void add_ingest_secrets(json::object& view, const std::string& key, const http::PublicUrls& urls);
/// With them.
json::object started_json(const StreamDetails& details, const std::string& key, const http::PublicUrls& urls);
json::object stopped_json(const StoppedStream& stopped, const http::PublicUrls& urls);

enum class PlaybackFormat : std::uint8_t { hls, dash, rtmp };
BOOST_DESCRIBE_ENUM(PlaybackFormat, hls, dash, rtmp)

struct PlaybackChoice {
    std::optional<PlaybackFormat> format;  // that one alone, its address also at the top
    std::optional<PlaybackToken> token;    // in every address
};

json::object playback_json(
    const StreamDetails& details,
    const std::vector<Rendition>& renditions,
    const PlaybackChoice& choice,
    const http::PublicUrls& urls
);

}  // namespace tally::control
