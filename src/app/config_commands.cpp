#include "analytics/store/store.hpp"
#include "app/commands.hpp"
#include "app/version.hpp"
#include "sql/backend.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace tally::app {

Result<config::Settings> load_settings(const CommandLine& line) {
    auto settings = config::load(line.config, [](const char* name) { return std::getenv(name); });
    if (!settings) return settings;
    if (line.data) settings->server.data = *line.data;
    if (line.demo) settings->demo.enabled = true;
    if (line.roles) settings->server.roles = *line.roles;
    if (auto valid = config::validate(*settings); !valid) return std::unexpected(valid.error());
    const auto& database = settings->database.url;
    if (!database.empty() && !sql::backend_of(database))
        return fail(Errc::malformed, "database.url: must be empty, for SQLite, or begin with postgresql://");
    const auto& facts = settings->analytics.url;
    if (auto valid = analytics::make_store(facts, settings->server.data); !valid)
        return fail(Errc::malformed, "analytics.url: " + valid.error().context);
    return settings;
}

int check_config(const CommandLine& line) {
    if (auto settings = load_settings(line); !settings) {
        fmt::print(stderr, "tally: {}\n", settings.error().context);
        return 1;
    }
    fmt::print("the configuration is good\n");
    return 0;
}

int print_config(const CommandLine& line) {
    auto settings = load_settings(line);
    if (!settings) {
        fmt::print(stderr, "tally: {}\n", settings.error().context);
        return 1;
    }
    fmt::print("{}", config::print(*std::move(settings)));
    return 0;
}

int print_version() {
    fmt::print("tally {}\n", version);
    return 0;
}

}  // namespace tally::app
