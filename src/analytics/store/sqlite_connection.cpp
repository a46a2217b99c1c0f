#include "analytics/store/sqlite_connection.hpp"

#include "base/log.hpp"

#include <sqlite3.h>

namespace tally::analytics {

namespace {

constexpr int busy_ms = 5000;

[[noreturn]] void fail_with(sqlite3* database) {
    throw sql::Unavailable(std::string("analytics store: ") + sqlite3_errmsg(database));
}

}  // namespace

Statement::~Statement() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Statement& Statement::operator<<(std::int64_t value) {
    check(sqlite3_bind_int64(statement_, placeholder_++, value));
    return *this;
}

Statement& Statement::operator<<(double value) {
    check(sqlite3_bind_double(statement_, placeholder_++, value));
    return *this;
}

Statement& Statement::operator<<(std::string_view value) {
    const auto size = static_cast<int>(value.size());
    const char* data = value.data() ? value.data() : "";  // a null pointer would be NULL
    check(sqlite3_bind_text(statement_, placeholder_++, data, size, SQLITE_TRANSIENT));
    return *this;
}

Statement& Statement::operator<<(std::span<const std::uint8_t> value) {
    const auto size = static_cast<int>(value.size());
    const void* data = value.data() ? static_cast<const void*>(value.data()) : "";  // as above
    check(sqlite3_bind_blob(statement_, placeholder_++, data, size, SQLITE_TRANSIENT));
    return *this;
}

bool Statement::step() {
    column_ = 0;
    const int status = sqlite3_step(statement_);
    if (status == SQLITE_ROW) return true;
    if (status != SQLITE_DONE) fail_with(database_);
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    placeholder_ = 1;
    return false;
}

Statement& Statement::operator>>(std::int64_t& value) {
    value = sqlite3_column_int64(statement_, column_++);
    return *this;
}

Statement& Statement::operator>>(double& value) {
    value = sqlite3_column_double(statement_, column_++);
    return *this;
}

Statement& Statement::operator>>(std::string_view& value) {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column_));
    value = {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column_++))};
    return *this;
}

bool Statement::null() const {
    return sqlite3_column_type(statement_, column_) == SQLITE_NULL;
}

void Statement::check(int status) const {
    if (status != SQLITE_OK) fail_with(database_);
}

void SqliteConnection::Close::operator()(sqlite3* database) const {
    sqlite3_close_v2(database);
}

void SqliteConnection::Close::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

SqliteConnection::SqliteConnection(const std::filesystem::path& file) {
    sqlite3* opened = nullptr;
    // Without SQLite's own mutex, which is half the cost of reading a row: a connection is lent to one thread
    // at a time.
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const int status = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
    database_.reset(opened);
    if (status != SQLITE_OK) fail_with(opened);
    sqlite3_busy_timeout(opened, busy_ms);
    // NORMAL survives the end of the process at any point; only power loss may undo the last commits.
    execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384;"
        "PRAGMA mmap_size = 1073741824"
    );
}

void SqliteConnection::execute(const std::string& statements) {
    if (sqlite3_exec(database_.get(), statements.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        fail_with(database_.get());
}

Statement SqliteConnection::prepare(std::string_view text) {
    auto known = prepared_.find(text);
    if (known == prepared_.end()) {
        sqlite3_stmt* made = nullptr;
        const auto size = static_cast<int>(text.size());
        if (sqlite3_prepare_v3(
                database_.get(), text.data(), size, SQLITE_PREPARE_PERSISTENT, &made, nullptr
            ) != SQLITE_OK)
            fail_with(database_.get());
        known = prepared_.emplace(text, made).first;
    }
    return {database_.get(), known->second.get()};
}

std::int64_t SqliteConnection::last_row() const {
    return sqlite3_last_insert_rowid(database_.get());
}

SqliteTransaction::~SqliteTransaction() {
    if (!open_) return;
    try {
        connection_.execute("ROLLBACK");
    } catch (const sql::Unavailable& error) {
        log::warn("analytics.rollback_failed", {{"error", error.what()}});
    }
}

}  // namespace tally::analytics
