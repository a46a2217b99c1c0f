// The one way to start a coroutine that nobody awaits.
#pragma once

#include "base/task.hpp"

#include <string>
#include <string_view>

namespace tally::net {

/// Runs `work` on `executor`. An exception is a bug: it is logged with `name` and ends that coroutine alone.
void spawn(const Executor& executor, std::string_view name, Async<> work);

}  // namespace tally::net
