// What the program says of its commands and their options.
#pragma once

#include "app/command_line.hpp"

#include <string>

namespace tally::app {

/// Every command with every option, or one command with those it has.
std::string usage_of(std::optional<Command> command);

}  // namespace tally::app
