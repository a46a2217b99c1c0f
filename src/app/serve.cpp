#include "app/application.hpp"
#include "app/commands.hpp"
#include "app/version.hpp"
#include "base/log.hpp"
#include "http/access_log.hpp"
#include "net/spawn.hpp"

#include <boost/asio/signal_set.hpp>

#include <cstdio>

namespace tally::app {
namespace {

Async<> run(Application& application, int& status) {
    asio::basic_signal_set<Executor> signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
    if (const auto started = co_await application.start(); !started) {
        fmt::print(stderr, "tally: {}\n", started.error().context);
        status = 1;
        application.runtime().stop();
        co_return;
    }
    fmt::print("{}", application.welcome());
    std::fflush(stdout);
    log::info("tally started", {{"version", version}});

    const auto [error, signal] = co_await signals.async_wait(as_result);
    log::info("tally stops", {{"signal", signal}});
    co_await application.stop();
    application.runtime().stop();
}

std::optional<log::Level> access_level(config::AccessLog access) {
    switch (access) {
        case config::AccessLog::off:
            return std::nullopt;
        case config::AccessLog::debug:
            return log::Level::debug;
        case config::AccessLog::info:
            return log::Level::info;
    }
}

}  // namespace

int serve(const CommandLine& line) {
    auto settings = load_settings(line);
    if (!settings) {
        fmt::print(stderr, "tally: {}\n", settings.error().context);
        return 1;
    }
    log::configure(settings->log.level, settings->log.format);
    http::configure_access_log(access_level(settings->log.access));
    auto storage = Storage::open(settings->server.data, system_clock().now(), settings->database.url);
    if (!storage) {
        fmt::print(stderr, "tally: {}\n", storage.error().context);
        return 1;
    }
    Application application(*std::move(settings), *std::move(storage));
    int status = 0;
    net::spawn(application.runtime().executor(0), "tally", run(application, status));
    application.runtime().run();
    log::info("tally stopped");
    // Connections that idle are still suspended in the middle of their work: the system takes them back.
    std::_Exit(status);
}

}  // namespace tally::app
