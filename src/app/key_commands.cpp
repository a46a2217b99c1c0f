#include "app/commands.hpp"
#include "app/storage.hpp"
#include "base/log.hpp"
#include "control/channel/channel_service.hpp"
#include "control/key/api_key_service.hpp"

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace tally::app {
namespace {

/// One line that says what is wrong.
std::string text_of(const control::Problem& problem) {
    if (problem.errors.empty()) return problem.detail;
    const auto& [pointer, code, message] = problem.errors.front();
    return fmt::format("{} {}", std::string_view(pointer).substr(1), message);
}

/// On a store that is new, the first channel is made too: a key may be limited to it.
Async<control::Outcome<control::CreatedApiKey>> create(
    sql::Database& database, const control::Secret& secret, const CommandLine& line
) {
    const auto& clock = system_clock();
    const control::ChannelFactory factory(control::StreamKeys(secret), {});
    control::ChannelService channels(database, clock, factory);
    control::ApiKeyService keys(database, clock);
    try {
        co_await channels.prepare();
        co_return co_await keys.create(
            {.name = line.name, .scopes = line.scopes, .channel_ids = line.channels}
        );
    } catch (const sql::Unavailable& error) {
        co_return http::problem(503, "store_unavailable", error.what());
    }
}

int failed(std::string_view reason) {
    fmt::print(stderr, "tally: {}\n", reason);
    return 1;
}

}  // namespace

int create_key(const CommandLine& line) {
    const auto settings = load_settings(line);
    if (!settings) return failed(settings.error().context);
    log::configure(log::Level::warn, settings->log.format);
    const auto database =
        Storage::open_database(settings->server.data, system_clock().now(), settings->database.url);
    if (!database) return failed(database.error().context);
    const auto secret = control::Secret::open(settings->server.data / "secret");
    if (!secret) return failed(secret.error().context);

    control::Outcome<control::CreatedApiKey> created;
    asio::io_context context;
    asio::co_spawn(
        context.get_executor(),
        create(**database, *secret, line),
        [&](const std::exception_ptr&, auto outcome) { created = std::move(outcome); }
    );
    context.run();
    if (!created) return failed(text_of(created.error()));
    // The secret alone on standard output: scripts take it from there.
    fmt::print(
        stderr, "API key {} for {}. Keep it: it is not shown again.\n", created->key.id.text(), line.name
    );
    fmt::print("{}\n", created->secret);
    return 0;
}

}  // namespace tally::app
