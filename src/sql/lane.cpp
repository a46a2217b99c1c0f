#include "sql/lane.hpp"

#include "base/log.hpp"
#include "sql/failure.hpp"

#include <soci/soci.h>

#include <cassert>
#include <thread>

namespace tally::sql {

namespace {

constexpr std::size_t waiting_transactions = 1024;

/// A server that is away longer leaves those who wait for a cut-off COMMIT uncertain.
constexpr std::chrono::seconds longest_search{10};
constexpr std::chrono::milliseconds search_pause{20};

/// How often the same work runs before its failure is the caller's.
int most_runs(Cause cause) {
    switch (cause) {
        case Cause::gone:
            return 2;
        case Cause::conflict:
            return 3;
        case Cause::uncertain:
        case Cause::other:
            return 1;
    }
}

/// Rolls back unless committed; a connection that cannot roll back is dropped.
class Transaction {
public:
    Transaction(Connection& connection, const Backend::Use& use) : connection_(connection) {
        auto& session = connection_.session();
        try {
            name_ = use.begin(session);
        } catch (const soci::soci_error& error) {
            connection_.drop();  // it may have begun
            throw Failure(error);
        }
    }

    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// False when the connection was lost meanwhile: it may be done, or not.
    bool commit() {
        open_ = false;
        try {
            connection_.session() << "COMMIT";
            return true;
        } catch (const soci::soci_error& error) {
            if (Failure(error).cause() != Cause::gone) {
                roll_back();
                throw Failure(error);
            }
            connection_.drop();
            return false;
        }
    }

    ~Transaction() {
        if (open_) roll_back();
    }

    /// Empty when nobody will ask.
    const std::string& name() const { return name_; }

private:
    void roll_back() try { connection_.session() << "ROLLBACK"; } catch (const soci::soci_error& error) {
        log::debug("store.rollback_failed", {{"error", Failure(error).what()}});
        connection_.drop();
    } catch (const Failure&) {  // NOLINT(bugprone-empty-catch): dropped before, and rolled back thereby
    }

    Connection& connection_;
    std::string name_;
    bool open_ = true;
};

/// Empty while the server is away.
std::optional<Fate> ask_fate(const Backend& backend, Connection& connection, const std::string& name) try {
    return backend.fate(connection.session(), name);
} catch (const soci::soci_error&) {
    connection.drop();
    return std::nullopt;
} catch (const Failure&) {
    return std::nullopt;
}

/// Whether a transaction whose COMMIT was cut off is done.
bool has_committed(const Backend& backend, Connection& connection, const std::string& name) {
    using Clock = std::chrono::steady_clock;
    for (const auto give_up = Clock::now() + longest_search; Clock::now() < give_up;) {
        const auto fate = ask_fate(backend, connection, name);
        if (fate && *fate != Fate::open) {
            const bool done = *fate == Fate::committed;
            log::warn("store.commit_cut_off", {{"place", backend.place}, {"committed", done}});
            return done;
        }
        std::this_thread::sleep_for(search_pause);
    }
    throw Failure(Cause::uncertain, backend.place + ": lost while committing: done or not, nobody knows");
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
    : backend_(backend),
      use_(use),
      threads_(std::move(name), use.connections, waiting_transactions) {
    for (std::size_t i = 0; i < use.connections; ++i)
        free_.push_back(std::make_unique<Connection>(backend));
}

/// Work that is not to be committed is done with that.
void Lane::run_once(Connection& connection, const std::function<bool(Session&)>& work) {
    Transaction transaction(connection, use_);
    Session session(connection.session());
    if (!work(session)) return;
    const bool deferred = session.finish();
    if (!transaction.commit()) {
        const auto& name = transaction.name();
        if (name.empty() || !has_committed(backend_, connection, name))
            throw Failure(Cause::gone, backend_.place + ": lost while committing, nothing was done");
    }
    ++commits_;
    if (deferred) committed_();
}

void Lane::in_transaction(const std::function<bool(Session&)>& work) try {
    if (auto trouble = use_.trouble(); !trouble.empty()) throw Failure(Cause::gone, trouble);
    Borrowed borrowed(*this);
    auto& connection = borrowed.connection();
    for (int runs = 1;; ++runs) {
        try {
            return run_once(connection, work);
        } catch (const Failure& failure) {
            if (failure.cause() == Cause::gone) connection.drop();
            if (runs >= most_runs(failure.cause())) throw;
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
