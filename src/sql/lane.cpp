#include "sql/lane.hpp"

#include "base/log.hpp"
#include "sql/failure.hpp"

#include <soci/soci.h>

#include <cassert>
#include <random>
#include <thread>

namespace tally::sql {

namespace {

constexpr std::size_t waiting_transactions = 1024;

/// How often the same work runs before its failure is the caller's.
int most_runs(Cause cause) {
    switch (cause) {
        case Cause::gone:
            return 2;
        case Cause::conflict:
            return 24;
        case Cause::duplicate:
            return 3;
        case Cause::uncertain:
        case Cause::other:
            return 1;
    }
}

/// Lets the other transaction finish: a random time, whose bound doubles up to 32 ms.
void step_aside(int runs) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const int bound = 1000 << std::min(runs - 1, 5);
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, bound)(random)));
}

/// Rolls back unless committed; a connection that cannot roll back is dropped.
class Transaction {
public:
    Transaction(Connection& connection, const std::string& begin) : connection_(connection) {
        run(begin.c_str());
    }

    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit() try {
        run("COMMIT");
        open_ = false;
    } catch (const Failure& failure) {
        if (failure.cause() == Cause::gone) throw Failure(Cause::uncertain, failure.what());
        throw;
    }

    ~Transaction() {
        if (!open_) return;
        try {
            run("ROLLBACK");
        } catch (const Failure& failure) {
            log::debug("store.rollback_failed", {{"error", failure.what()}});
            connection_.drop();
        }
    }

private:
    void run(const char* statement) try {
        connection_.session() << statement;
    } catch (const soci::soci_error& error) {
        throw Failure(error);
    }

    Connection& connection_;
    bool open_ = true;
};

/// Whether it committed deferred work.
bool run_once(Connection& connection, const std::string& begin, const std::function<bool(Session&)>& work) {
    Transaction transaction(connection, begin);
    Session session(connection.session());
    if (!work(session)) return false;
    const bool deferred = session.finish();
    transaction.commit();
    return deferred;
}

}  // namespace

class Lane::Borrowed {
public:
    explicit Borrowed(Lane& lane) : lane_(lane) {
        const std::scoped_lock lock(lane_.mutex_);
        assert(!lane_.free_.empty());  // as many as threads
        connection_ = std::move(lane_.free_.back());
        lane_.free_.pop_back();
    }

    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;

    ~Borrowed() {
        const std::scoped_lock lock(lane_.mutex_);
        auto& free = lane_.free_;
        free.insert(connection_->is_open() ? free.end() : free.begin(), std::move(connection_));
    }

    Connection& connection() { return *connection_; }

private:
    Lane& lane_;
    std::unique_ptr<Connection> connection_;
};

Lane::Lane(std::string name, const Backend& backend, const Backend::Use& use)
    : begin_(use.begin),
      threads_(std::move(name), use.connections, waiting_transactions) {
    for (std::size_t i = 0; i < use.connections; ++i)
        free_.push_back(std::make_unique<Connection>(backend));
}

void Lane::in_transaction(const std::function<bool(Session&)>& work) try {
    Borrowed borrowed(*this);
    auto& connection = borrowed.connection();
    for (int runs = 1;; ++runs) {
        try {
            if (run_once(connection, begin_, work)) committed_();
            return;
        } catch (const Failure& failure) {
            const auto cause = failure.cause();
            if (cause == Cause::gone || cause == Cause::uncertain) connection.drop();
            if (runs >= most_runs(cause)) throw;
            if (cause != Cause::gone) step_aside(runs);
        }
    }
} catch (const Failure& failure) {
    // That it cannot be reached was said when that was tried.
    if (failure.cause() != Cause::gone) log::error("store.failed", {{"error", failure.what()}});
    throw;
} catch (const Unavailable& error) {
    log::error("store.failed", {{"error", error.what()}});
    throw;
}

}  // namespace tally::sql
