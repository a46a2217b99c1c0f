// The absolute URLs that Tally gives to encoders, players and API clients.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace tally::http {

struct PublicUrls {
    std::string host = "localhost";  // IPv6 addresses in brackets
    std::uint16_t console_port = 3000;
    std::uint16_t streaming_port = 3002;
    std::uint16_t broadcast_port = 3003;
    std::uint16_t cdn_port = 3004;
    std::uint16_t analytics_port = 3005;
    std::uint16_t rtmp_port = 1935;

    /// `path` starts with a slash: "http://localhost:3004/live/ch_001/playlist.m3u8".
    std::string cdn(std::string_view path) const {
        return fmt::format("http://{}:{}{}", host, cdn_port, path);
    }

    /// `path` starts with a slash: "rtmp://localhost:1935/live/ch_001".
    std::string rtmp(std::string_view path) const {
        return fmt::format("rtmp://{}:{}{}", host, rtmp_port, path);
    }

    std::string hls(std::string_view channel) const {
        return cdn(fmt::format("/live/{}/playlist.m3u8", channel));
    }

    std::string dash(std::string_view channel) const {
        return cdn(fmt::format("/live/{}/manifest.mpd", channel));
    }

    std::string thumbnail(std::string_view channel) const {
        return cdn(fmt::format("/thumbnails/{}.jpg", channel));
    }
};

}  // namespace tally::http
