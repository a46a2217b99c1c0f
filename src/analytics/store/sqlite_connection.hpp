// SQLite without a row mapping in between: a million views are read in a second. What control keeps goes
// through src/sql; what analytics keeps is read by the million, and columns are taken by position.
#pragma once

#include "base/clock.hpp"
#include "base/enum_text.hpp"
#include "sql/value.hpp"

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace tally::analytics {

/// One use of a prepared statement: bind in the order of the placeholders, then step or run; read in the
/// order of the columns. Every member throws sql::Unavailable when SQLite fails.
class Statement {
public:
    Statement(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}

    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

    Statement& operator<<(std::int64_t value);
    Statement& operator<<(double value);
    Statement& operator<<(std::string_view value);
    Statement& operator<<(std::span<const std::uint8_t> value);

    Statement& operator<<(std::uint64_t key) { return *this << static_cast<std::int64_t>(key); }

    Statement& operator<<(bool value) { return *this << std::int64_t{value}; }

    Statement& operator<<(const std::string& value) { return *this << std::string_view(value); }

    Statement& operator<<(Time time) { return *this << std::int64_t{time.time_since_epoch().count()}; }

    template <DescribedEnum T>
    Statement& operator<<(T value) {
        return *this << enum_text(value);
    }

    template <class T>
    Statement& operator<<(const std::optional<T>& value) {
        if (value) return *this << *value;
        ++placeholder_;  // stays NULL
        return *this;
    }

    /// True: there is a row, and its first column is next.
    bool step();

    /// To the end, then ready to be bound again.
    void run() {
        while (step())
            ;
    }

    Statement& operator>>(std::int64_t& value);
    Statement& operator>>(double& value);
    /// Good until the next step.
    Statement& operator>>(std::string_view& value);

    Statement& operator>>(std::uint64_t& key) { return convert<std::int64_t>(key); }

    Statement& operator>>(bool& value) {
        std::int64_t number = 0;
        *this >> number;
        value = number != 0;
        return *this;
    }

    Statement& operator>>(std::string& value) {
        std::string_view text;
        *this >> text;
        value = text;
        return *this;
    }

    Statement& operator>>(Time& time) {
        std::int64_t number = 0;
        *this >> number;
        time = Time(Milliseconds(number));
        return *this;
    }

    template <DescribedEnum T>
    Statement& operator>>(T& value) {
        std::string_view text;
        *this >> text;
        const auto parsed = parse_enum<T>(text);
        if (!parsed) throw sql::Unavailable("analytics store: unknown name " + std::string(text));
        value = *parsed;
        return *this;
    }

    template <class T>
    Statement& operator>>(std::optional<T>& value) {
        if (null()) {
            value.reset();
            ++column_;
            return *this;
        }
        return *this >> value.emplace();
    }

private:
    template <class From, class To>
    Statement& convert(To& to) {
        From from{};
        *this >> from;
        to = static_cast<To>(from);
        return *this;
    }

    bool null() const;
    void check(int status) const;

    sqlite3* database_;
    sqlite3_stmt* statement_;
    int placeholder_ = 1;
    int column_ = 0;
};

/// For one thread at a time.
class SqliteConnection {
public:
    /// Opens or creates the file.
    explicit SqliteConnection(const std::filesystem::path& file);

    void execute(const std::string& statements);
    /// Prepared once for each text, of which there are few: one use at a time.
    Statement prepare(std::string_view text);
    std::int64_t last_row() const;

private:
    struct Close {
        void operator()(sqlite3* database) const;
        void operator()(sqlite3_stmt* statement) const;
    };

    std::unique_ptr<sqlite3, Close> database_;
    std::map<std::string, std::unique_ptr<sqlite3_stmt, Close>, std::less<>> prepared_;
};

/// Rolls back unless committed.
class SqliteTransaction {
public:
    SqliteTransaction(SqliteConnection& connection, const std::string& begin) : connection_(connection) {
        connection_.execute(begin);
    }

    SqliteTransaction(const SqliteTransaction&) = delete;
    SqliteTransaction& operator=(const SqliteTransaction&) = delete;
    ~SqliteTransaction();

    void commit() {
        connection_.execute("COMMIT");
        open_ = false;
    }

private:
    SqliteConnection& connection_;
    bool open_ = true;
};

}  // namespace tally::analytics
