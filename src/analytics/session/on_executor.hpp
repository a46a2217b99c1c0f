// Work for another thread, awaited on this one.
#pragma once

#include "net/signal.hpp"
#include "net/spawn.hpp"

#include <boost/asio/post.hpp>

#include <memory>
#include <optional>
#include <type_traits>
#include <variant>

namespace tally::analytics {
namespace detail {

/// Lives on the caller's thread; the other one only carries it.
template <class Value>
struct Errand {
    explicit Errand(const Executor& home) : done(home) {}

    net::Signal done;
    std::optional<Value> value;
};

template <class Work, class Value>
Async<> run_errand(Executor home, Work work, std::shared_ptr<Errand<Value>> errand) {
    std::optional<Value> value;
    if constexpr (std::is_same_v<Value, std::monostate>) {
        co_await work();
        value.emplace();
    } else {
        value.emplace(co_await work());
    }
    asio::post(home, [errand = std::move(errand), value = std::move(value)]() mutable {
        errand->value = std::move(value);
        errand->done.notify();
    });
}

}  // namespace detail

/// Runs `work`, which gives an Async<T>, on `executor` and resumes the caller where it was. It must not
/// throw.
template <class Work>
auto on_executor(Executor executor, Work work) -> std::invoke_result_t<Work&> {
    using Given = typename std::invoke_result_t<Work&>::value_type;
    using Value = std::conditional_t<std::is_void_v<Given>, std::monostate, Given>;
    const auto home = co_await asio::this_coro::executor;
    if (home == executor) co_return co_await work();
    const auto errand = std::make_shared<detail::Errand<Value>>(home);
    net::spawn(executor, "errand", detail::run_errand<Work, Value>(home, std::move(work), errand));
    while (!errand->value)
        co_await errand->done.wait();
    if constexpr (!std::is_void_v<Given>) co_return std::move(*errand->value);
}

}  // namespace tally::analytics
