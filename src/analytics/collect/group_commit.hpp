// Many callers, one write: while a write is under way, what comes meanwhile is gathered for the next.
#pragma once

#include "net/signal.hpp"
#include "net/spawn.hpp"

#include <functional>
#include <iterator>
#include <memory>
#include <optional>

namespace tally::analytics {

/// Lives on one thread, for as long as any write is under way. `Batch` is a vector of some kind.
template <class Batch>
class GroupCommit {
public:
    using Write = std::function<Task<>(Batch)>;

    GroupCommit(Executor executor, Write write) : executor_(std::move(executor)), write_(std::move(write)) {}

    /// Returns once the write that has `more` in it is done, with its outcome.
    Task<> add(Batch more) {
        waiting_.insert(
            waiting_.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end())
        );
        if (!next_) next_ = std::make_shared<Round>(executor_);
        const auto round = next_;
        if (!std::exchange(writing_, true)) net::spawn(executor_, "group commit", write_all());
        while (!round->outcome)
            co_await round->over.wait();
        co_return *round->outcome;
    }

private:
    struct Round {
        explicit Round(const Executor& executor) : over(executor) {}

        net::Signal over;
        std::optional<Result<>> outcome;
    };

    Async<> write_all() {
        while (next_) {
            const auto round = std::exchange(next_, nullptr);
            round->outcome = co_await write_(std::exchange(waiting_, {}));
            round->over.notify();
        }
        writing_ = false;
    }

    Executor executor_;
    Write write_;
    Batch waiting_;
    std::shared_ptr<Round> next_;  // what waits; null when nothing does
    bool writing_ = false;
};

}  // namespace tally::analytics
