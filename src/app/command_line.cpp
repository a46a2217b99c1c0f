#include "app/command_line.hpp"

#include <fmt/format.h>

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
    if (word.empty() || word == "help" || word == "--help" || word == "-h") return Command::help;
    if (word == "serve") return Command::serve;
    if (word == "version" || word == "--version") return Command::version;
    if (word != "config") return fail(Errc::malformed, fmt::format("\"{}\" is not a command", word));
    const auto action = take();
    if (action == "check") return Command::config_check;
    if (action == "print") return Command::config_print;
    return fail(Errc::malformed, "\"config\" is followed by \"check\" or \"print\"");
}

}  // namespace

Result<CommandLine> parse_command_line(std::vector<std::string_view> arguments) {
    CommandLine line;
    TRY(line.command, take_command(arguments));
    const bool reads_config = line.command != Command::version && line.command != Command::help;
    const bool serves = line.command == Command::serve;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto option = arguments[i];
        if (option == "--demo" && serves) {
            line.demo = true;
            continue;
        }
        const bool known = (option == "--config" && reads_config) || (option == "--data" && serves);
        if (!known) return fail(Errc::malformed, fmt::format("\"{}\" is not an option here", option));
        if (++i == arguments.size()) {
            return fail(Errc::malformed, fmt::format("\"{}\" needs a value", option));
        }
        (option == "--config" ? line.config : line.data) = arguments[i];
    }
    return line;
}

}  // namespace tally::app
