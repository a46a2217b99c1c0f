// For tests of all modules: a directory of one's own, and coroutines run to their end.
#pragma once

#include "base/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <optional>
#include <system_error>

namespace tally {

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

/// Gone with everything in it at the end.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        auto name =
            (std::filesystem::temp_directory_path() / "tally-test-XXXXXX").string();  // mkdtemp's pattern
        if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
        path_ = name;
    }

    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    ~TemporaryDirectory() { std::filesystem::remove_all(path_); }

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace tally
