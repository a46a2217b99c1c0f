#include "analytics/device/device.hpp"

#include <ranges>

namespace tally::analytics {
namespace {

constexpr std::size_t longest_user_agent = 512;

bool contains_any(std::string_view lower, std::span<const std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return lower.contains(word); });
}

constexpr auto consoles = std::to_array<std::string_view>({"playstation", "xbox", "nintendo"});
constexpr auto televisions = std::to_array<std::string_view>({
    "smart-tv",   "smarttv",  "smart tv", "hbbtv",     "web0s", "netcast",  "bravia",
    "appletv",    "apple tv", "tvos",     "roku",      "crkey", "googletv", "google tv",
    "android tv", "viera",    "vidaa",    "philipstv", "aquos", "aftt",     "aftm",
    "afts",       "aftk",     "aftn",     "aftb",      "aftr",  "; tv;",    "large screen",
});
constexpr auto tablets = std::to_array<std::string_view>({"ipad", "tablet", "kindle", "playbook", "silk/"});
constexpr auto phones = std::to_array<std::string_view>({
    "iphone",
    "ipod",
    "mobile",
    "windows phone",
    "opera mini",
    "kaios",
    "blackberry",
});
constexpr auto desktops = std::to_array<std::string_view>({
    "windows",
    "macintosh",
    "mac os x",
    "x11",
    "linux",
    "cros",
    "ubuntu",
    "freebsd",
    "openbsd",
});

bool is_television(std::string_view lower) {
    return contains_any(lower, televisions) || (lower.contains("tizen") && lower.contains("tv"));
}

std::string_view type_of(std::string_view lower, bool robot) {
    if (robot || lower.empty()) return "other";
    if (contains_any(lower, consoles)) return "console";
    if (is_television(lower)) return "tv";
    if (contains_any(lower, tablets)) return "tablet";
    if (contains_any(lower, phones)) return "mobile";
    // Android browsers on tablets leave "Mobile" out; players in apps never say it.
    if (lower.contains("android")) return lower.starts_with("mozilla/") ? "tablet" : "mobile";
    return contains_any(lower, desktops) ? "desktop" : "other";
}

/// "Chrome Mobile", "Mobile Safari": the device says that already.
std::string without_mobile(std::string name) {
    for (const std::string_view part : {" Mobile", "Mobile "})
        if (const auto at = name.find(part); at != std::string::npos) name.erase(at, part.size());
    return name;
}

std::string system_name(std::string name) {
    if (name == "Mac OS X") return "macOS";
    if (name == "ATV OS X") return "tvOS";
    if (name == "Other") return {};
    return name;
}

/// The text in the first pair of double quotes.
std::string_view unquoted(std::string_view text) {
    const auto from = text.find('"');
    if (from == std::string_view::npos) return {};
    const auto to = text.find('"', from + 1);
    return to == std::string_view::npos ? std::string_view() : text.substr(from + 1, to - from - 1);
}

std::string brand_name(std::string_view brand) {
    if (brand == "Google Chrome") return "Chrome";
    if (brand == "Microsoft Edge") return "Edge";
    return std::string(brand);
}

/// The brand that is neither the engine nor the nonsense that keeps servers from depending on the list.
std::string brand_of(std::string_view brands) {
    for (const auto part : std::views::split(brands, ',')) {
        const auto brand = unquoted({part.begin(), part.end()});
        const bool nonsense = brand.contains("Not") && brand.contains("Brand");
        if (!brand.empty() && brand != "Chromium" && !nonsense) return brand_name(brand.substr(0, 64));
    }
    return {};
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& letter : lower)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return lower;
}

void apply(const ClientHints& hints, Device& device) {
    if (auto brand = brand_of(hints.brands); !brand.empty()) device.browser = std::move(brand);
    const auto platform = unquoted(hints.platform).substr(0, 64);
    if (!platform.empty() && platform != "Unknown") device.os = system_name(std::string(platform));
    if (hints.mobile == "?1") device.type = "mobile";
}

struct Token {
    std::string_view token;
    std::string_view name;
};

constexpr auto players = std::to_array<Token>({
    {"hls.js", "hls.js"},
    {"dash.js", "dash.js"},
    {"shaka", "Shaka Player"},
    {"video.js", "Video.js"},
    {"tally-load", "tally load"},
    {"libvlc", "VLC"},
    {"vlc", "VLC"},
    {"mpv", "mpv"},
    {"kodi", "Kodi"},
    {"lavf", "ffmpeg"},
    {"gstreamer", "GStreamer"},
    {"applecoremedia", "AppleCoreMedia"},
    {"exoplayerlib", "ExoPlayer"},
    {"exoplayer", "ExoPlayer"},
    {"androidxmedia3", "ExoPlayer"},
    {"stagefright", "Stagefright"},
    {"nsplayer", "Windows Media Player"},
});

std::string_view version_after(std::string_view text) {
    if (!text.starts_with('/') && !text.starts_with(' ')) return {};
    text.remove_prefix(1);
    const auto digits = text.find_first_not_of("0123456789.");
    const auto version = text.substr(0, std::min<std::size_t>(digits, 24));
    return version.starts_with('.') ? std::string_view() : version;
}

bool starts_word(std::string_view text, std::size_t at) {
    if (at == 0) return true;
    const char before = text[at - 1];
    return !((before >= 'a' && before <= 'z') || (before >= '0' && before <= '9') || before == '.');
}

}  // namespace

Player find_player(std::string_view text) {
    const auto lower = lower_case(text.substr(0, longest_user_agent));
    for (const auto& [token, name] : players) {
        const auto at = lower.find(token);
        if (at == std::string::npos || !starts_word(lower, at)) continue;
        return {
            std::string(name), std::string(version_after(std::string_view(lower).substr(at + token.size())))
        };
    }
    return {};
}

Device DeviceClassifier::classify(std::string_view user_agent, const ClientHints& hints) const {
    const auto text = user_agent.substr(0, longest_user_agent);
    const auto lower = lower_case(text);
    Device device;
    device.robot = !robots_.find(text, lower).empty();
    device.type = type_of(lower, device.robot);
    device.os = system_name(systems_.find(text, lower));
    auto [player, version] = find_player(text);
    // GStreamer and the like are found among browsers too; what plays by itself is none.
    if (player.empty()) device.browser = without_mobile(browsers_.find(text, lower));
    if (device.browser == "Other") device.browser.clear();
    device.player = std::move(player);
    device.player_version = std::move(version);
    apply(hints, device);
    return device;
}

}  // namespace tally::analytics
