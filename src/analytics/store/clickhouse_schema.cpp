#include "analytics/store/clickhouse_schema.hpp"

#include "analytics/store/row_binary.hpp"

#include <array>

namespace tally::analytics {

namespace {

// NOLINTBEGIN(modernize-avoid-c-arrays): clang 19 embeds text into no other aggregate.
constexpr char facts[] = {
#embed "../../../migrations/clickhouse/0001_facts.sql"
};
constexpr char bins_of_views[] = {
#embed "../../../migrations/clickhouse/0002_bins_of_views.sql"
};
constexpr char kinds_of_views[] = {
#embed "../../../migrations/clickhouse/0003_kinds_of_views.sql"
};
// NOLINTEND(modernize-avoid-c-arrays)

constexpr auto migrations = std::to_array<std::string_view>({
    {facts, sizeof facts},
    {bins_of_views, sizeof bins_of_views},
    {kinds_of_views, sizeof kinds_of_views},
});

/// ClickHouse's word for a column that is added though it is there.
constexpr std::string_view column_is_there = "Code: 44,";

std::uint64_t number(ClickHouseConnection& connection, std::string statement) {
    const auto answer = connection.run(std::move(statement));
    std::uint64_t value = 0;
    RowReader(answer) >> value;
    return value;
}

/// A statement that was done already, before an interruption, changes nothing.
void run_again(ClickHouseConnection& connection, std::string statement) try {
    connection.run(std::move(statement));
} catch (const sql::Unavailable& error) {
    if (!std::string_view(error.what()).contains(column_is_there)) throw;
}

/// Statements are sent one by one. They can be repeated: one that was interrupted is done again.
void apply(ClickHouseConnection& connection, std::string_view statements) {
    while (statements.contains(';')) {
        const auto end = statements.find(";\n");
        run_again(connection, std::string(statements.substr(0, end)));
        statements.remove_prefix(std::min(statements.size(), end + 2));
    }
}

}  // namespace

void migrate(ClickHouseConnection& connection) {
    connection.run_outside(fmt::format("create database if not exists {}", connection.database()));
    connection.run(
        "create table if not exists migrations (version UInt64) engine = MergeTree order by version"
    );
    const auto version = number(connection, "select max(version) from migrations format RowBinary");
    if (version > migrations.size()) throw sql::Unavailable("analytics store: written by a newer program");
    for (auto next = version; next < migrations.size(); ++next) {
        apply(connection, migrations.at(next));
        RowWriter done;
        done << next + 1;
        connection.insert("migrations", done.take());
    }
}

}  // namespace tally::analytics
