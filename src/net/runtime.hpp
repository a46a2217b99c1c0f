// The network threads: one io_context each, and an object lives on one of them for good.
#pragma once

#include "base/task.hpp"

#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace tally::net {

class Runtime {
public:
    /// `threads` = 0: one per core this process may run on.
    explicit Runtime(unsigned threads = 0);
    ~Runtime();
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    std::size_t size() const { return contexts_.size(); }

    Executor executor(std::size_t thread) { return contexts_.at(thread)->get_executor(); }

    std::vector<Executor> executors();

    /// Runs all threads, the first on the caller's; returns after stop().
    void run();
    /// From any thread.
    void stop();

private:
    std::vector<std::unique_ptr<asio::io_context>> contexts_;
    std::vector<asio::executor_work_guard<Executor>> work_;
    std::vector<std::thread> threads_;
};

}  // namespace tally::net
