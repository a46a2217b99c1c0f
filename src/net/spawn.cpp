#include "net/spawn.hpp"

#include "base/log.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>

namespace tally::net {

void spawn(const Executor& executor, std::string_view name, Async<> work) {
    asio::co_spawn(executor, std::move(work), [name = std::string(name)](const std::exception_ptr& failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            log::error("coroutine failed", {{"name", name}, {"error", error.what()}});
        }
    });
}

}  // namespace tally::net
