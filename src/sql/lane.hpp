// Connections of one purpose, with a thread for each, and the transactions that run on them.
#pragma once

#include "base/worker_pool.hpp"
#include "sql/connection.hpp"
#include "sql/session.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace tally::sql {

class Lane {
public:
    /// `backend` and `use` outlive the lane.
    Lane(std::string name, const Backend& backend, const Backend::Use& use);

    WorkerPool& threads() { return threads_; }

    const WorkerPool& threads() const { return threads_; }

    /// `told` is called after each commit of a transaction that deferred work, on the thread that wrote. Set
    /// before the first one.
    void on_commit(std::function<void()> told) { committed_ = std::move(told); }

    /// Blocks until `work` ran in a transaction, committed when `work` gives true and else rolled back. It
    /// runs again, from a fresh look at the store, when the connection was lost and nothing is committed. A
    /// COMMIT that was cut off is followed up before anything is said of it. Throws Unavailable.
    void in_transaction(const std::function<bool(Session&)>& work);

    /// How many transactions were committed. From any thread.
    std::uint64_t commits() const { return commits_; }

private:
    /// A connection that nobody else uses meanwhile.
    class Borrowed;

    void run_once(Connection& connection, const std::function<bool(Session&)>& work);

    const Backend& backend_;
    const Backend::Use& use_;
    std::atomic<std::uint64_t> commits_ = 0;
    std::function<void()> committed_ = [] {};
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> free_;  // under the mutex; open ones at the end
    WorkerPool threads_;                             // last: its jobs use the connections
};

}  // namespace tally::sql
