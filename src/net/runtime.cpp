#include "net/runtime.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <sched.h>

namespace tally::net {
namespace {

unsigned usable_cores() {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return static_cast<unsigned>(CPU_COUNT(&set));
}

}  // namespace

Runtime::Runtime(unsigned threads) {
    const auto count = threads > 0 ? threads : usable_cores();
    for (unsigned i = 0; i < count; ++i) {
        auto& context = contexts_.emplace_back(std::make_unique<asio::io_context>(1));
        work_.emplace_back(context->get_executor());
    }
}

Runtime::~Runtime() {
    stop();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

std::vector<Executor> Runtime::executors() {
    std::vector<Executor> all;
    all.reserve(contexts_.size());
    for (auto& context : contexts_)
        all.push_back(context->get_executor());
    return all;
}

void Runtime::run() {
    for (std::size_t i = 1; i < contexts_.size(); ++i)
        threads_.emplace_back([context = contexts_[i].get()] { context->run(); });
    contexts_.front()->run();
}

void Runtime::stop() {
    for (auto& context : contexts_)
        context->stop();
}

}  // namespace tally::net
