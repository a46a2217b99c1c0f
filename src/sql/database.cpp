#include "sql/database.hpp"

#include "base/log.hpp"
#include "sql/migrations.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace tally::sql {

namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";
constexpr std::size_t waiting_transactions = 1024;
constexpr std::size_t read_connections = 2;

void open_sqlite(soci::session& session, const std::string& path) {
    session.open(soci::sqlite3, path);
    // NORMAL survives the end of the process at any point; only power loss may undo the last commits.
    for (const auto* setting :
         {"busy_timeout = 5000", "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"})
        session << "PRAGMA " << setting;
}

/// Rolls back unless committed.
class Transaction {
public:
    Transaction(soci::session& session, const std::string& begin) : session_(session) { session_ << begin; }

    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit() {
        session_ << "COMMIT";
        open_ = false;
    }

    ~Transaction() {
        if (!open_) return;
        try {
            session_ << "ROLLBACK";
        } catch (const soci::soci_error& error) {
            log::warn("store.rollback_failed", {{"error", error.get_error_message()}});
        }
    }

private:
    soci::session& session_;
    bool open_ = true;
};

}  // namespace

class Database::Lane {
public:
    Lane(const std::string& path, std::string name, std::size_t size, std::string begin_statement)
        : begin(std::move(begin_statement)),
          connections(size),
          threads(std::move(name), size, waiting_transactions) {
        for (std::size_t i = 0; i < size; ++i)
            open_sqlite(connections.at(i), path);
    }

    std::string begin;
    soci::connection_pool connections;
    WorkerPool threads;
};

Result<std::unique_ptr<Database>> Database::open(const std::string& url, Time now) {
    if (!url.starts_with(sqlite_scheme)) return fail(Errc::unsupported, "store: not an sqlite: URL: " + url);
    const std::string path = url.substr(sqlite_scheme.size());
    try {
        // IMMEDIATE takes the write lock at the start: a transaction never fails half way for want of it.
        auto writers = std::make_unique<Lane>(path, "store writer", 1, "BEGIN IMMEDIATE");
        Result<> migrated;
        in_transaction(*writers, [&](Session& session) {
            migrated = migrate(session, embedded_migrations(), now);
            return migrated.has_value();
        });
        if (!migrated) return fail(migrated.error().code, path + ": " + migrated.error().context);
        auto readers = std::make_unique<Lane>(path, "store readers", read_connections, "BEGIN");
        return std::unique_ptr<Database>(new Database(std::move(writers), std::move(readers)));
    } catch (const std::runtime_error& error) {
        return fail(Errc::io, fmt::format("store: cannot open {}: {}", path, error.what()));
    }
}

Database::Database(std::unique_ptr<Lane> writers, std::unique_ptr<Lane> readers)
    : writers_(std::move(writers)),
      readers_(std::move(readers)) {}

Database::~Database() = default;

WorkerPool& Database::threads(Lane& lane) {
    return lane.threads;
}

void Database::in_transaction(Lane& lane, const std::function<bool(Session&)>& work) try {
    soci::session connection(lane.connections);
    Transaction transaction(connection, lane.begin);
    Session session(connection);
    if (work(session)) transaction.commit();
} catch (const soci::soci_error& error) {
    log::error("store.failed", {{"error", error.get_error_message()}});
    throw Unavailable(error.get_error_message());
} catch (const Unavailable& error) {
    log::error("store.failed", {{"error", error.what()}});
    throw;
}

}  // namespace tally::sql
