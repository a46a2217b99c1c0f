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
    std::optional<Command> about;  // the one that help is asked for; otherwise all
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

/// `arguments` without the program's name. Errors name the word that is wrong.
Result<CommandLine> parse_command_line(std::vector<std::string_view> arguments);

}  // namespace tally::app
