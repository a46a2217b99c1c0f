#include "app/usage.hpp"

#include <fmt/format.h>

namespace tally::app {
namespace {

using enum Command;

struct Synopsis {
    Command command;
    std::string_view words;
};

constexpr auto synopses = std::to_array<Synopsis>({
    {serve, "serve [--config FILE] [--data DIR] [--roles ROLE,...] [--demo]"},
    {keys_create,
     "keys create --name NAME --scopes SCOPE,... [--channels CHANNEL,...] [--config FILE] [--data DIR]"},
    {config_check, "config check [--config FILE]"},
    {config_print, "config print [--config FILE]"},
    {load, "load --url URL [--protocol hls|dash|rtmp] [--viewers N] [--duration TIME] [--beacons] [--json]"},
    {version, "version"},
});

struct Option {
    std::string_view words;  // how it is given, found in the synopsis of each command that has it
    std::string_view text;   // what it is for, with a line end between lines
};

constexpr auto options = std::to_array<Option>({
    {"--config FILE", "settings in TOML; every key is also read from TALLY_SECTION_KEY"},
    {"--data DIR", "where the store and the recordings live (server.data)"},
    {"--roles ROLE,...", "the services of this process: streaming, broadcast, cdn, analytics; otherwise all"},
    {"--demo", "publish a generated test picture to channel ch_001"},
    {"--name NAME", "what the API key is for"},
    {"--scopes SCOPE,...",
     "what it may do: admin, or streams:read, streams:write, streams:keys, broadcasts:*,\n"
     "analytics:read, analytics:collect, cdn:sign, webhooks:*"},
    {"--channels CHANNEL,...", "the channels that it is limited to, by id or slug; otherwise all"},
    {"--url URL",
     "what to play: http://host:3004/live/ch_001/playlist.m3u8 or manifest.mpd,\n"
     "or rtmp://host:1935/live/ch_001"},
    {"--protocol hls|dash|rtmp", "otherwise as the URL looks"},
    {"--viewers N", "how many play it at once; otherwise 10"},
    {"--duration TIME", "for how long: \"90s\", \"5m\"; otherwise 60s"},
    {"--beacons", "the viewers tell the server how they play, as the player of /watch does"},
    {"--json", "ends with the report as JSON"},
});

/// The text beside the option, its further lines below its first.
void append_option(std::string& usage, const Option& option) {
    constexpr int width = 24;
    auto text = option.text;
    auto words = option.words;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        usage += fmt::format("  {:<{}}  {}\n", std::exchange(words, ""), width, line);
    }
}

}  // namespace

std::string usage_of(std::optional<Command> command) {
    std::string usage;
    std::string said;
    for (const auto& synopsis : synopses) {
        if (command && synopsis.command != *command) continue;
        usage += fmt::format("{} tally {}\n", usage.empty() ? "usage:" : "      ", synopsis.words);
        said += synopsis.words;
    }
    const auto head = usage.size();
    for (const auto& option : options) {
        if (said.contains(option.words)) append_option(usage, option);
    }
    if (usage.size() > head) usage.insert(head, "\n");
    return usage;
}

}  // namespace tally::app
