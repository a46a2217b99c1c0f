#include "base/worker_pool.hpp"

#include <boost/asio/co_spawn.hpp>

namespace tally {
namespace {

asio::awaitable<void, asio::thread_pool::executor_type> call(std::function<void()> job) {
    job();
    co_return;
}

}  // namespace

Task<> WorkerPool::execute(std::function<void()> job) {
    if (!enter()) co_return fail(Errc::too_large, name_ + ": queue is full");
    const Leave leave{this};
    co_await asio::co_spawn(threads_, call(std::move(job)), use_awaitable);
    co_return Result<>();
}

}  // namespace tally
