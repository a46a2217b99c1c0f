#include "analytics/store/sqlite_schema.hpp"

#include <array>

namespace tally::analytics {

namespace {

// NOLINTBEGIN(modernize-avoid-c-arrays): clang 19 embeds text into no other aggregate.
constexpr char facts[] = {
#embed "../../../migrations/analytics/0001_facts.sql"
};
// NOLINTEND(modernize-avoid-c-arrays)

constexpr auto migrations = std::to_array<std::string_view>({{facts, sizeof facts}});

std::int64_t version_of(SqliteConnection& connection) {
    std::int64_t version = 0;
    auto statement = connection.prepare("PRAGMA user_version");
    if (statement.step()) statement >> version;
    return version;
}

}  // namespace

void migrate(SqliteConnection& connection) {
    if (version_of(connection) == std::ssize(migrations)) return;
    SqliteTransaction transaction(connection, "BEGIN IMMEDIATE");
    const auto version = version_of(connection);
    if (version > std::ssize(migrations))
        throw sql::Unavailable("analytics store: written by a newer program");
    for (auto next = static_cast<std::size_t>(version); next < migrations.size(); ++next)
        connection.execute(std::string(migrations.at(next)));
    connection.execute(fmt::format("PRAGMA user_version = {}", migrations.size()));
    transaction.commit();
}

}  // namespace tally::analytics
