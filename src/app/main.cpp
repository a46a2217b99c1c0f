// The program: reads its command line and runs one command.
#include "app/command_line.hpp"
#include "app/commands.hpp"
#include "app/usage.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>

namespace {

/// Every viewer is a descriptor: as many as the system lets the process have, not the few that shells start
/// with.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
    using namespace tally::app;
    raise_descriptor_limit();
    std::signal(SIGPIPE, SIG_IGN);  // a peer that is gone is an error of the write
    const auto line = parse_command_line({argv + 1, argv + argc});
    if (!line) {
        fmt::print(stderr, "tally: {}; \"tally help\" says what there is\n", line.error().context);
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
            fmt::print("{}", usage_of(line->about));
            return 0;
    }
}
