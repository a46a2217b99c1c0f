// Work for another thread, awaited on this one.
#pragma once

#include "base/task.hpp"

#include <boost/asio/co_spawn.hpp>

#include <type_traits>

namespace tally::analytics {

/// Runs `work`, which gives an Async<T>, on `executor` and resumes the caller where it was.
template <class Work>
auto on_executor(Executor executor, Work work) -> std::invoke_result_t<Work&> {
    using Value = typename std::invoke_result_t<Work&>::value_type;
    auto owned = [](Work inner) -> Async<Value> { co_return co_await inner(); };
    co_return co_await asio::co_spawn(executor, owned(std::move(work)), use_awaitable);
}

}  // namespace tally::analytics
