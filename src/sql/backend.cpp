#include "sql/backend.hpp"

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
    // LIKE tells cases apart, as it does elsewhere.
    for (const auto* setting :
         {"busy_timeout = 5000",
          "journal_mode = WAL",
          "synchronous = NORMAL",
          "foreign_keys = ON",
          "case_sensitive_like = ON"})
        session << "PRAGMA " << setting;
}

Backend sqlite(const std::string& path) {
    return {
        .place = path,
        .open = [path](soci::session& session) { open_sqlite(session, path); },
        // IMMEDIATE takes the write lock at the start: a transaction never fails half way for want of it.
        .writing = {.begin = "BEGIN IMMEDIATE", .connections = 1},
        .reading = {.begin = "BEGIN", .connections = 2},
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

Backend postgresql(std::string_view url, std::string_view address) {
    return {
        .place = place_of(address),
        .open = [url = with_timeouts(url)](soci::session& session) { open_postgresql(session, url); },
        // What one transaction reads stays true until it commits, or it fails and runs again: use cases may
        // look before they write, as on SQLite, where writers are alone.
        .writing = {.begin = "BEGIN ISOLATION LEVEL SERIALIZABLE", .connections = 4},
        .reading = {.begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", .connections = 4},
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
