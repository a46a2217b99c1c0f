// What the program is asked to do.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "load/swarm.hpp"

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace tally::app {

enum class Command : unsigned char { serve, keys_create, config_check, config_print, load, version, help };

struct CommandLine {
    Command command = Command::help;
    std::optional<std::filesystem::path> config;
    std::optional<std::filesystem::path> data;      // overrides server.data
    std::optional<std::vector<std::string>> roles;  // overrides server.roles
    bool demo = false;
    std::string name;  // of the key to create, as the next two
    std::vector<std::string> scopes;
    std::vector<std::string> channels;
    std::string url;                         // of the stream that a load of viewers plays, as the rest
    std::optional<load::Protocol> protocol;  // empty: as the URL looks
    std::size_t viewers = 10;
    Milliseconds duration{60'000};
    bool beacons = false;
    bool json = false;
};

inline constexpr std::string_view usage =
    "usage: tally serve [--config FILE] [--data DIR] [--roles ROLE,...] [--demo]\n"
    "       tally keys create --name NAME --scopes SCOPE,... [--channels CHANNEL,...] [--config FILE] "
    "[--data DIR]\n"
    "       tally config check [--config FILE]\n"
    "       tally config print [--config FILE]\n"
    "       tally load --url URL [--protocol hls|dash|rtmp] [--viewers N] [--duration TIME] [--beacons] "
    "[--json]\n"
    "       tally version\n"
    "\n"
    "  --config FILE  settings in TOML; every key is also read from TALLY_SECTION_KEY\n"
    "  --data DIR     where the store and the recordings live (server.data)\n"
    "  --roles LIST   the services of this process: streaming, broadcast, cdn, analytics; otherwise all\n"
    "  --demo         publish a generated test picture to channel ch_001\n"
    "  --name NAME    what the API key is for\n"
    "  --scopes LIST  what it may do: admin, or streams:read, streams:write, streams:keys, broadcasts:*,\n"
    "                 analytics:read, analytics:collect, cdn:sign, webhooks:*\n"
    "  --channels LIST  the channels that it is limited to, by id or slug; otherwise all\n"
    "  --url URL      what to play: http://host:3004/live/ch_001/playlist.m3u8 or manifest.mpd,\n"
    "                 or rtmp://host:1935/live/ch_001\n"
    "  --protocol P   hls, dash or rtmp; otherwise as the URL looks\n"
    "  --viewers N    how many play it at once; 10\n"
    "  --duration TIME  for how long: \"90s\", \"5m\"; 60s\n"
    "  --beacons      the viewers tell the server how they play, as the player of /watch does\n"
    "  --json         ends with the report as JSON\n";

/// `arguments` without the program's name. Errors name the word that is wrong.
Result<CommandLine> parse_command_line(std::vector<std::string_view> arguments);

}  // namespace tally::app
