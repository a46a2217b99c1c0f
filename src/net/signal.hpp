// Wakes every coroutine that waits on it. Lives on one thread.
#pragma once

#include "base/task.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

#include <chrono>

namespace tally::net {

using Timer = asio::
    basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

class Signal {
public:
    explicit Signal(const Executor& executor) : timer_(executor, Timer::time_point::max()) {}

    void notify() { timer_.cancel(); }

    Async<> wait() { co_await timer_.async_wait(as_result); }

private:
    Timer timer_;  // never expires; cancelling it is the signal
};

}  // namespace tally::net
