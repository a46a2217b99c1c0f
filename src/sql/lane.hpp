// Connections of one purpose, with a thread for each, and the transactions that run on them.
#pragma once

#include "base/worker_pool.hpp"
#include "sql/connection.hpp"
#include "sql/session.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace tally::sql {

class Lane {
public:
    /// `backend` outlives the lane.
    Lane(std::string name, const Backend& backend, const Backend::Use& use);

    WorkerPool& threads() { return threads_; }

    /// `told` is called after each commit of a transaction that deferred work, on the thread that wrote. Set
    /// before the first one.
    void on_commit(std::function<void()> told) { committed_ = std::move(told); }

    /// Blocks until `work` ran in a transaction, committed when `work` gives true and else rolled back. It
    /// runs again, from a fresh look at the store, when another transaction came between or the connection
    /// was lost before the commit. Throws Unavailable.
    void in_transaction(const std::function<bool(Session&)>& work);

private:
    /// A connection that nobody else uses meanwhile.
    class Borrowed;

    const std::string begin_;
    std::function<void()> committed_ = [] {};
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> free_;  // under the mutex; open ones at the end
    WorkerPool threads_;                             // last: its jobs use the connections
};

}  // namespace tally::sql
