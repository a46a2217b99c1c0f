// The coroutine vocabulary: Async<T> for work that waits, Task<T> for work that waits and may fail.
#pragma once

#include "base/result.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <string_view>

namespace tally {

namespace asio = boost::asio;

/// Concrete, because any_io_executor costs 3-6 % on every operation.
using Executor = asio::io_context::executor_type;
template <class T = void>
using Async = asio::awaitable<T, Executor>;
template <class T = void>
using Task = Async<Result<T>>;

inline constexpr asio::use_awaitable_t<Executor> use_awaitable;

/// Completion token of every asynchronous operation: (error_code, values...) as a tuple, never a throw.
inline constexpr auto as_result = asio::as_tuple(use_awaitable);

/// An operating system or network error as ours: `what` names the operation, e.g. "connect 127.0.0.1:1935".
Error io_error(const boost::system::error_code& code, std::string_view what);

}  // namespace tally
