// The store: blocking SQL on its own threads, one transaction per use case, off the network threads.
#pragma once

#include "base/worker_pool.hpp"
#include "sql/session.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tally::sql {

class Database {
public:
    /// `url`: "sqlite:PATH". Opens or creates it and brings its schema up to date in one transaction.
    /// Errors in one line: a directory that cannot be written, a schema newer than this program.
    static Result<std::unique_ptr<Database>> open(const std::string& url, Time now);

    ~Database();

    /// Runs query(Session&) in a transaction that may write, and resumes the caller with what it gives. An
    /// expected that holds an error rolls back, as does an exception. Throws Unavailable when the store fails
    /// or too much waits for it. Transactions that write never overlap on SQLite.
    template <std::invocable<Session&> Query>
    auto transact(Query query) {
        return run(*writers_, std::move(query));
    }

    /// As transact(), for queries that only read: these go on beside each other and beside a writer.
    template <std::invocable<Session&> Query>
    auto read(Query query) {
        return run(*readers_, std::move(query));
    }

private:
    /// Connections of one purpose, with a thread for each.
    class Lane;

    Database(std::unique_ptr<Lane> writers, std::unique_ptr<Lane> readers);

    static WorkerPool& threads(Lane& lane);
    /// `work` gives whether to commit.
    static void in_transaction(Lane& lane, const std::function<bool(Session&)>& work);

    template <class Query>
    static auto run(Lane& lane, Query query) -> Async<std::invoke_result_t<Query&, Session&>> {
        using Outcome = std::invoke_result_t<Query&, Session&>;
        auto outcome = co_await threads(lane).run([&lane, query = std::move(query)]() mutable {
            std::optional<Outcome> result;
            in_transaction(lane, [&](Session& session) {
                result.emplace(query(session));
                if constexpr (requires { typename Outcome::error_type; })
                    return result->has_value();
                else
                    return true;
            });
            return Result<Outcome>(*std::move(result));
        });
        if (!outcome) throw Unavailable(outcome.error().context);
        co_return *std::move(outcome);
    }

    std::unique_ptr<Lane> writers_;
    std::unique_ptr<Lane> readers_;
};

}  // namespace tally::sql
