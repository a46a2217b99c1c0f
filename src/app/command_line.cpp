#include "app/command_line.hpp"

#include "config/duration.hpp"

#include <fmt/format.h>

#include <charconv>
#include <ranges>

namespace tally::app {
namespace {

/// Takes the words that name the command off the front.
Result<Command> take_command(std::vector<std::string_view>& words) {
    const auto take = [&words] {
        if (words.empty()) return std::string_view();
        const auto word = words.front();
        words.erase(words.begin());
        return word;
    };
    const auto word = take();
    if (word.empty()) return Command::help;
    if (word == "serve") return Command::serve;
    if (word == "version" || word == "--version") return Command::version;
    if (word == "load") return Command::load;
    if (word == "keys") {
        if (take() == "create") return Command::keys_create;
        return fail(Errc::malformed, "\"keys\" is followed by \"create\"");
    }
    if (word != "config") return fail(Errc::malformed, fmt::format("\"{}\" is not a command", word));
    const auto action = take();
    if (action == "check") return Command::config_check;
    if (action == "print") return Command::config_print;
    return fail(Errc::malformed, "\"config\" is followed by \"check\" or \"print\"");
}

/// Which command a word begins; nothing for none.
std::optional<Command> command_of(std::string_view word) {
    if (word == "serve") return Command::serve;
    if (word == "keys") return Command::keys_create;
    if (word == "load") return Command::load;
    return std::nullopt;
}

/// Help is given wherever it is asked for: "tally load --help", "tally help load".
std::optional<CommandLine> asked_for_help(const std::vector<std::string_view>& words) {
    constexpr auto asking = std::to_array<std::string_view>({"help", "--help", "-h"});
    const auto asks = [&](std::string_view word) { return std::ranges::find(asking, word) != asking.end(); };
    const auto asked = std::ranges::find_if(words, asks);
    if (asked == words.end()) return std::nullopt;
    if (*asked == "help" && asked != words.begin()) return std::nullopt;  // the value of an option
    CommandLine line;
    const auto about = std::ranges::find_if_not(words, asks);
    if (about != words.end()) line.about = command_of(*about);
    return line;
}

std::vector<std::string> parts_of(std::string_view list) {
    std::vector<std::string> parts;
    for (const auto part : std::views::split(list, ','))
        parts.emplace_back(part.begin(), part.end());
    return parts;
}

/// False for no number of viewers, which are 1 to 100,000.
bool take_viewers(CommandLine& line, std::string_view value) {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), line.viewers);
    constexpr std::size_t most = 100'000;
    return error == std::errc() && end == value.data() + value.size() && line.viewers > 0 &&
           line.viewers <= most;
}

bool take_duration(CommandLine& line, std::string_view value) {
    const auto duration = config::parse_duration(value);
    if (duration) line.duration = *duration;
    return duration && duration->count() > 0;
}

bool take_protocol(CommandLine& line, std::string_view value) {
    constexpr auto names = std::to_array<std::string_view>({"hls", "dash", "rtmp"});
    const auto found = std::ranges::find(names, value);
    if (found == names.end()) return false;
    line.protocol = static_cast<load::Protocol>(found - names.begin());
    return true;
}

/// False for an option of another command; an error for a value that cannot be.
Result<bool> take_load_option(CommandLine& line, std::string_view option, std::string_view value) {
    if (option == "--url") {
        line.url = value;
    } else if (option == "--protocol") {
        if (!take_protocol(line, value)) return fail(Errc::malformed, "\"--protocol\" is hls, dash or rtmp");
    } else if (option == "--viewers") {
        if (!take_viewers(line, value))
            return fail(Errc::malformed, "\"--viewers\" is a number from 1 to 100000");
    } else if (option == "--duration") {
        if (!take_duration(line, value))
            return fail(Errc::malformed, "\"--duration\" is a time such as \"90s\"");
    } else {
        return false;
    }
    return true;
}

/// Options without a value.
bool take_flag(CommandLine& line, std::string_view option) {
    const bool demo = option == "--demo" && line.command == Command::serve;
    const bool json = option == "--json" && line.command == Command::load;
    const bool beacons = option == "--beacons" && line.command == Command::load;
    line.demo = line.demo || demo;
    line.json = line.json || json;
    line.beacons = line.beacons || beacons;
    return demo || json || beacons;
}

/// False for an option of another command than `serve`, `keys create` and `config`.
bool take_text_option(CommandLine& line, std::string_view option, std::string_view value) {
    const bool makes_key = line.command == Command::keys_create;
    const bool serves = line.command == Command::serve;
    if (option == "--config")
        line.config = value;
    else if (option == "--data" && (makes_key || serves))
        line.data = value;
    else if (option == "--roles" && serves)
        line.roles = parts_of(value);
    else if (option == "--name" && makes_key)
        line.name = value;
    else if (option == "--scopes" && makes_key)
        line.scopes = parts_of(value);
    else if (option == "--channels" && makes_key)
        line.channels = parts_of(value);
    else
        return false;
    return true;
}

/// False when the command has no such option.
Result<bool> take_option(CommandLine& line, std::string_view option, std::string_view value) {
    if (line.command == Command::load) return take_load_option(line, option, value);
    const bool has_options = line.command != Command::version && line.command != Command::help;
    return has_options && take_text_option(line, option, value);
}

}  // namespace

Result<CommandLine> parse_command_line(std::vector<std::string_view> arguments) {
    if (auto help = asked_for_help(arguments)) return *std::move(help);
    CommandLine line;
    TRY(line.command, take_command(arguments));
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto option = arguments[i];
        if (take_flag(line, option)) continue;
        const bool is_last = i + 1 == arguments.size();
        TRY(const bool taken, take_option(line, option, is_last ? "" : arguments[i + 1]));
        if (!taken) return fail(Errc::malformed, fmt::format("\"{}\" is not an option here", option));
        if (is_last) return fail(Errc::malformed, fmt::format("\"{}\" needs a value", option));
        ++i;
    }
    if (line.command != Command::load) return line;
    if (line.url.empty()) return fail(Errc::malformed, "\"load\" needs --url");
    if (!line.protocol) line.protocol = load::protocol_of(line.url);
    if (line.beacons && line.protocol == load::Protocol::rtmp)
        return fail(Errc::malformed, "players over RTMP send no beacons");
    return line;
}

}  // namespace tally::app
