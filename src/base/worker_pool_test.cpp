#include "base/worker_pool.hpp"

#include <doctest/doctest.h>

#include <future>
#include <stdexcept>
#include <thread>

namespace tally {
namespace {

/// Runs `work` on an io_context of this thread and gives what it threw.
std::exception_ptr run(Async<> work) {
    asio::io_context context;
    std::exception_ptr thrown;
    asio::co_spawn(context, std::move(work), [&](std::exception_ptr failure) {
        thrown = std::move(failure);
    });
    context.run();
    return thrown;
}

}  // namespace

TEST_CASE("a job runs on a worker and the caller goes on where it was") {
    WorkerPool pool("test", 1, 4);
    const auto here = std::this_thread::get_id();
    run([](WorkerPool& workers, std::thread::id caller) -> Async<> {
        const auto worker =
            co_await workers.run([]() -> Result<std::thread::id> { return std::this_thread::get_id(); });
        CHECK(worker.value() != caller);
        CHECK(std::this_thread::get_id() == caller);
    }(pool, here));
}

TEST_CASE("a job's error and its exception both reach the caller, and free their places") {
    WorkerPool pool("test", 1, 1);
    CHECK(run([](WorkerPool& workers) -> Async<> {
        const auto failed = co_await workers.run([]() -> Result<int> { return fail(Errc::io, "no disk"); });
        CHECK(failed.error().context == "no disk");
        co_await workers.run([]() -> Result<int> { throw std::runtime_error("a bug"); });
    }(pool)));
    CHECK_FALSE(run([](WorkerPool& workers) -> Async<> {
        const auto value = co_await workers.run([]() -> Result<int> { return 7; });
        CHECK(value.value() == 7);
    }(pool)));
}

TEST_CASE("a full pool refuses further jobs") {
    std::promise<void> gate;
    WorkerPool pool("disk", 1, 2);
    auto opened = gate.get_future().share();
    CHECK(pool.post([opened] { opened.wait(); }));
    CHECK(pool.post([] {}));
    CHECK_FALSE(pool.post([] {}));
    run([](WorkerPool& workers) -> Async<> {
        const auto refused = co_await workers.run([]() -> Result<int> { return 1; });
        CHECK(refused.error().code == Errc::too_large);
        CHECK(refused.error().context.contains("disk"));
    }(pool));
    gate.set_value();
}

TEST_CASE("a pool finishes what is queued before it ends") {
    std::atomic<int> done = 0;
    {
        WorkerPool pool("test", 2, 100);
        for (int i = 0; i < 50; ++i)
            pool.post([&] { ++done; });
    }
    CHECK(done == 50);
}

}  // namespace tally
