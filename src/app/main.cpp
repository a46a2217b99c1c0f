// The program: reads its command line and runs one command.
#include "app/command_line.hpp"
#include "app/commands.hpp"

#include <fmt/format.h>

#include <cstdio>

int main(int argc, char** argv) {
    using namespace tally::app;
    const auto line = parse_command_line({argv + 1, argv + argc});
    if (!line) {
        fmt::print(stderr, "tally: {}\n\n{}", line.error().context, usage);
        return 2;
    }
    switch (line->command) {
        case Command::serve:
            return serve(*line);
        case Command::keys_create:
            return create_key(*line);
        case Command::load:
            return run_load(*line);
        case Command::config_check:
            return check_config(*line);
        case Command::config_print:
            return print_config(*line);
        case Command::version:
            return print_version();
        case Command::help:
            fmt::print("{}", usage);
            return 0;
    }
}
