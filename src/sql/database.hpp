// The store: blocking SQL on its own threads, one transaction per use case, off the network threads.
#pragma once

#include "sql/upkeep.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tally::sql {

class Database {
public:
    /// `url`: "sqlite:PATH" or "postgresql://…". Opens it, on SQLite also creates it, and brings its schema
    /// up to date in one transaction. Errors in one line: a directory that cannot be written, a server that
    /// does not answer, a schema newer than this program.
    static Result<std::unique_ptr<Database>> open(const std::string& url, Time now);

    /// Runs query(Session&) in a transaction that may write, and resumes the caller with what it gives. An
    /// expected that holds an error rolls back, as does an exception. Throws Unavailable when the store fails
    /// or too much waits for it. Transactions that write run one after another, also those of other
    /// processes. After a lost connection the query runs again: what it does outside the session has to bear
    /// it.
    template <std::invocable<Session&> Query>
    auto transact(Query query) {
        return run(writers_, std::move(query));
    }

    /// `told` is called after each commit of a transaction that deferred work, on the thread that wrote. Set
    /// once, before the first such transaction.
    void on_commit(std::function<void()> told);

    /// How many transactions of this process have changed the store: another number means other answers. A
    /// transaction counts before who awaits it goes on.
    std::uint64_t version() const { return writers_.commits(); }

    /// What does the work: those that write, and those that read.
    std::array<const WorkerPool*, 2> workers() const { return {&writers_.threads(), &readers_.threads()}; }

    /// What keeps the store from being written although it answers, in one line; empty when nothing does.
    std::string trouble() const { return backend_.writing.trouble(); }

    /// As transact(), for queries that only read, all from one state of the store: these go on beside each
    /// other and beside writers.
    template <std::invocable<Session&> Query>
    auto read(Query query) {
        return run(readers_, std::move(query));
    }

private:
    explicit Database(Backend backend);

    template <class Query>
    static auto run(Lane& lane, Query query) -> Async<std::invoke_result_t<Query&, Session&>> {
        using Outcome = std::invoke_result_t<Query&, Session&>;
        std::optional<Outcome> outcome;
        co_await execute(lane, [&](Session& session) {
            outcome.emplace(query(session));
            if constexpr (requires { typename Outcome::error_type; })
                return outcome->has_value();
            else
                return true;
        });
        co_return *std::move(outcome);
    }

    static Async<> execute(Lane& lane, std::function<bool(Session&)> query);

    const Backend backend_;
    Lane writers_;
    Lane readers_;
    Upkeep upkeep_;
};

}  // namespace tally::sql
