// A store in a directory of its own, and a way to await it: for the tests of everything that keeps state.
#pragma once

#include "sql/database.hpp"

#include <boost/asio/co_spawn.hpp>
#include <doctest/doctest.h>

#include <cstdlib>
#include <exception>
#include <filesystem>

namespace tally::sql {

/// Runs a coroutine to its end on the caller's thread; its exception is the caller's.
template <class T>
T wait(Async<T> work) {
    asio::io_context context;
    std::optional<T> result;
    std::exception_ptr thrown;
    asio::co_spawn(context.get_executor(), std::move(work), [&](std::exception_ptr error, T value) {
        thrown = error;
        if (!error) result.emplace(std::move(value));
    });
    context.run();
    if (thrown) std::rethrow_exception(thrown);
    return *std::move(result);
}

inline void wait(Async<void> work) {
    wait([](Async<void> inner) -> Async<bool> {
        co_await std::move(inner);
        co_return true;
    }(std::move(work)));
}

class TemporaryStore {
public:
    TemporaryStore() {
        auto name = (std::filesystem::temp_directory_path() / "tally-store-XXXXXX").string();
        directory_ = mkdtemp(name.data());
    }

    TemporaryStore(const TemporaryStore&) = delete;
    TemporaryStore& operator=(const TemporaryStore&) = delete;

    ~TemporaryStore() { std::filesystem::remove_all(directory_); }

    const std::filesystem::path& directory() const { return directory_; }

    std::string url() const { return "sqlite:" + (directory_ / "tally.db").string(); }

    std::unique_ptr<Database> open(Time now = Time(Milliseconds(1'700'000'000'123))) const {
        auto opened = Database::open(url(), now);
        REQUIRE_MESSAGE(opened, opened.error().context);
        return std::move(*opened);
    }

private:
    std::filesystem::path directory_;
};

}  // namespace tally::sql
