// The program's commands; each gives the exit status.
#pragma once

#include "app/command_line.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"

namespace tally::app {

/// Runs Tally until SIGTERM or SIGINT: 0. 1 with one line on standard error when it cannot start.
int serve(const CommandLine& line);
/// Makes an API key in the store, whether a server runs on it or not, and prints its secret. 1 with one line
/// on standard error when it cannot.
int create_key(const CommandLine& line);
/// Plays a stream as many viewers do and prints what they went through: 0. 1 when none saw a picture.
int run_load(const CommandLine& line);
/// 0 when the settings are good, else 1 with the first mistake on standard error.
int check_config(const CommandLine& line);
int print_config(const CommandLine& line);
int print_version();

/// The settings that `line`, its file and the environment give.
Result<config::Settings> load_settings(const CommandLine& line);

}  // namespace tally::app
