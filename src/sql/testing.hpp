// A store in a directory of its own, and a way to await it: for the tests of everything that keeps state.
#pragma once

#include "sql/database.hpp"

#include <boost/asio/co_spawn.hpp>
#include <doctest/doctest.h>

#include <exception>
#include <filesystem>

namespace tally::sql {

/// Runs a coroutine to its end on the caller's thread; its exception is the caller's.
template <class T>
T wait(Async<T> work) {
    asio::io_context context;
    std::optional<T> result;
    std::exception_ptr thrown;
    asio::co_spawn(context.get_executor(), std::move(work), [&](const std::exception_ptr& error, T value) {
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

/// SQLite; or, when the environment's TALLY_TEST_POSTGRESQL is the URL of a database, a schema there.
class TemporaryStore {
public:
    TemporaryStore();
    ~TemporaryStore();

    TemporaryStore(const TemporaryStore&) = delete;
    TemporaryStore& operator=(const TemporaryStore&) = delete;

    /// For files beside the store.
    const std::filesystem::path& directory() const { return directory_; }

    const std::string& url() const { return url_; }

    bool is_postgresql() const { return !schema_.empty(); }

    std::unique_ptr<Database> open(Time now = Time(Milliseconds(1'700'000'000'123))) const {
        auto opened = Database::open(url(), now);
        REQUIRE_MESSAGE(opened, opened.error().context);
        return std::move(*opened);
    }

private:
    std::filesystem::path directory_;
    std::string schema_;  // empty on SQLite
    std::string url_;
};

}  // namespace tally::sql
