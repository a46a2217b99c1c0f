// Threads for blocking work (disk, SQL, codecs), with a bounded queue; the caller's coroutine resumes where
// it was.
#pragma once

#include "base/task.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace tally {

class WorkerPool {
public:
    /// `limit`: jobs waiting or running before further ones are refused.
    WorkerPool(std::string name, std::size_t threads, std::size_t limit)
        : name_(std::move(name)),
          limit_(limit),
          threads_(threads) {}

    /// Finishes what is queued.
    ~WorkerPool() { threads_.join(); }

    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Runs `job` on a worker and resumes the caller with its outcome: job() -> Result<T> gives Task<T>.
    /// Errc::too_large when the queue is full. An exception of the job is rethrown to the caller.
    template <std::invocable Job>
    auto run(Job job) -> Async<std::invoke_result_t<Job&>> {
        std::optional<std::invoke_result_t<Job&>> outcome;
        if (auto ran = co_await execute([&] { outcome.emplace(job()); }); !ran)
            co_return std::unexpected(std::move(ran).error());
        co_return *std::move(outcome);
    }

    /// As run(), for jobs that keep what they find: what `job` refers to has to last until then.
    Task<> execute(std::function<void()> job);

    /// Runs `job` some time later, in no order with others unless the pool has one thread. False when the
    /// queue is full.
    template <std::invocable Job>
    bool post(Job job) {
        if (!enter()) return false;
        asio::post(threads_, [this, job = std::move(job)]() mutable {
            const Leave leave{this};
            job();
        });
        return true;
    }

    const std::string& name() const { return name_; }

    /// Jobs that wait or run. From any thread.
    std::size_t queued() const { return queued_; }

    std::size_t limit() const { return limit_; }

private:
    struct Leave {
        WorkerPool* pool;

        explicit Leave(WorkerPool* of) : pool(of) {}

        Leave(const Leave&) = delete;
        Leave& operator=(const Leave&) = delete;

        ~Leave() { --pool->queued_; }
    };

    bool enter() {
        if (++queued_ <= limit_) return true;
        --queued_;
        return false;
    }

    std::string name_;
    std::size_t limit_;
    std::atomic<std::size_t> queued_ = 0;
    asio::thread_pool threads_;
};

}  // namespace tally
