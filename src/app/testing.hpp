// A Tally that runs inside a test.
#pragma once

#include "app/application.hpp"
#include "sql/testing.hpp"

#include <doctest/doctest.h>

#include <future>
#include <thread>

namespace tally::app {

/// The whole program on free ports, in a directory of its own.
class RunningTally {
public:
    explicit RunningTally(const config::Auth& auth = {})
        : application_(settings(auth), *Storage::open(store_.directory(), system_clock().now())) {
        asio::co_spawn(
            application_.runtime().executor(0),
            application_.start(),
            [this](std::exception_ptr, Result<> outcome) { started_.set_value(std::move(outcome)); }
        );
        thread_ = std::thread([this] { application_.runtime().run(); });
        REQUIRE(started_.get_future().get());
    }

    RunningTally(const RunningTally&) = delete;
    RunningTally& operator=(const RunningTally&) = delete;

    ~RunningTally() {
        wait(application_.stop());
        application_.runtime().stop();
        thread_.join();
    }

    Application& application() { return application_; }

    const std::filesystem::path& directory() const { return store_.directory(); }

private:
    config::Settings settings(const config::Auth& auth) const {
        config::Settings settings;
        settings.server.data = store_.directory();
        settings.server.threads = 1;
        settings.auth = auth;
        settings.ports = {.console = 0, .streaming = 0, .broadcast = 0, .cdn = 0, .analytics = 0, .rtmp = 0};
        return settings;
    }

    sql::TemporaryStore store_;
    Application application_;
    std::promise<Result<>> started_;
    std::thread thread_;
};

}  // namespace tally::app
