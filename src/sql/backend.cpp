#include "sql/backend.hpp"

#include "sql/store_file.hpp"

#include <fmt/format.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <array>

namespace tally::sql {

namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";
constexpr auto postgresql_schemes = std::to_array<std::string_view>({"postgresql://", "postgres://"});

void open_sqlite(soci::session& session, const std::string& path) {
    session.open(soci::sqlite3, path);
    // NORMAL survives the end of the process at any point; only power loss may undo the last commits.
    // A checkpoint waits for the disk: upkeep makes them, and only a log of 64 MB is a commit's own affair.
    // LIKE tells cases apart, as it does elsewhere.
    for (const auto* setting :
         {"busy_timeout = 5000",
          "journal_mode = WAL",
          "synchronous = NORMAL",
          "wal_autocheckpoint = 16384",
          "foreign_keys = ON",
          "case_sensitive_like = ON"})
        session << "PRAGMA " << setting;
}

/// Begins transactions that need no name.
auto begin_with(std::string statement) {
    return [statement = std::move(statement)](soci::session& session) {
        session << statement;
        return std::string();
    };
}

Backend sqlite(const std::string& path) {
    const auto file = std::make_shared<StoreFile>(path);
    return {
        .place = path,
        .open =
            [path, file](soci::session& session) {
                open_sqlite(session, path);
                file->opened();
            },
        // IMMEDIATE takes the write lock at the start: a transaction never fails half way for want of it.
        .writing =
            {.begin = begin_with("BEGIN IMMEDIATE"),
             .trouble = [file] { return file->trouble(true); },
             .connections = 1},
        .reading =
            {.begin = begin_with("BEGIN"),
             .trouble = [file] { return file->trouble(false); },
             .connections = 2},
        .upkeep = "PRAGMA wal_checkpoint(PASSIVE)",
    };
}

void open_postgresql(soci::session& session, const std::string& url) {
    session.open(soci::postgresql, url);
    for (const auto* setting :
         {"client_min_messages = warning",
          "statement_timeout = '10s'",
          "idle_in_transaction_session_timeout = '30s'"})
        session << "SET " << setting;
}

/// "postgresql://user:password@host:5432/tally?sslmode=require" is at "host:5432/tally".
std::string place_of(std::string_view address) {
    address = address.substr(0, address.find('?'));
    if (const auto at = address.rfind('@'); at != std::string_view::npos) address.remove_prefix(at + 1);
    return fmt::format("PostgreSQL at {}", address);
}

/// A server that does not answer is given up soon. What the URL itself says comes later, and wins.
std::string with_timeouts(std::string_view url) {
    const auto query = url.find('?');
    return fmt::format(
        "{}?application_name=tally&connect_timeout=3&tcp_user_timeout=5000{}{}",
        url.substr(0, query),
        query == std::string_view::npos ? "" : "&",
        query == std::string_view::npos ? "" : url.substr(query + 1)
    );
}

/// Writers are alone, as on SQLite, also when several processes share the database: use cases may look before
/// they write, and none of them is ever in another's way. The lock is each schema's own and ends with the
/// transaction, or with its connection.
std::string begin_alone(soci::session& session) {
    std::string name;
    session << "BEGIN ISOLATION LEVEL READ COMMITTED;"
               "SELECT pg_advisory_xact_lock(hashtextextended('tally ' || current_schema(), 0));"
               "SELECT pg_current_xact_id()::text",
        soci::into(name);
    return name;
}

Fate fate_on_postgresql(soci::session& session, const std::string& name) {
    std::string status;
    soci::indicator known = soci::i_null;
    session << "SELECT pg_xact_status(cast(:name as text)::xid8)", soci::use(name, "name"),
        soci::into(status, known);
    if (known == soci::i_ok && status == "committed") return Fate::committed;
    if (known == soci::i_ok && status == "in progress") return Fate::open;
    return Fate::rolled_back;
}

Backend postgresql(std::string_view url, std::string_view address) {
    return {
        .place = place_of(address),
        .open = [url = with_timeouts(url)](soci::session& session) { open_postgresql(session, url); },
        .writing = {.begin = begin_alone, .connections = 1},
        .reading = {.begin = begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"), .connections = 4},
        .fate = fate_on_postgresql,
    };
}

}  // namespace

Result<Backend> backend_of(const std::string& url) {
    if (url.starts_with(sqlite_scheme)) return sqlite(url.substr(sqlite_scheme.size()));
    for (const auto scheme : postgresql_schemes)
        if (url.starts_with(scheme)) return postgresql(url, std::string_view(url).substr(scheme.size()));
    return fail(Errc::unsupported, "store: the URL begins with neither sqlite: nor postgresql://");
}

}  // namespace tally::sql
