#include "net/runtime.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tally::net {
namespace {

unsigned usable_cores() {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return static_cast<unsigned>(CPU_COUNT(&set));
}

/// The kernel's struct sched_attr in its first size: its own header clashes with the C library's.
struct SchedulingAttributes {
    std::uint32_t size = sizeof(SchedulingAttributes);
    std::uint32_t policy = SCHED_OTHER;
    std::uint64_t flags = 0;
    std::int32_t nice = ::getpriority(PRIO_PROCESS, 0);
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0;  // nanoseconds
    std::uint64_t deadline = 0;
    std::uint64_t period = 0;
};

/// A network thread that wakes for a frame takes its core from a worker at once, and gives it back soon:
/// sched(7) calls it a custom slice. Kernels before 6.12 know none and lose nothing.
void ask_for_short_turns() {
    constexpr std::chrono::nanoseconds turn = std::chrono::microseconds(100);
    const SchedulingAttributes attributes{.runtime = turn.count()};
    ::syscall(SYS_sched_setattr, 0, &attributes, 0);
}

void run_thread(asio::io_context& context) {
    ask_for_short_turns();
    context.run();
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
        threads_.emplace_back([context = contexts_[i].get()] { run_thread(*context); });
    run_thread(*contexts_.front());
}

void Runtime::stop() {
    for (auto& context : contexts_)
        context->stop();
}

}  // namespace tally::net
