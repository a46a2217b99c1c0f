#include "sql/database.hpp"

#include "sql/migrations.hpp"

namespace tally::sql {

Result<std::unique_ptr<Database>> Database::open(const std::string& url, Time now) {
    TRY(auto backend, backend_of(url));
    std::unique_ptr<Database> database(new Database(std::move(backend)));
    const auto& place = database->backend_.place;
    try {
        Result<> migrated;
        database->writers_.in_transaction([&](Session& session) {
            migrated = migrate(session, embedded_migrations(), now);
            return migrated.has_value();
        });
        if (!migrated) return fail(migrated.error().code, place + ": " + migrated.error().context);
    } catch (const Unavailable& error) {
        return fail(Errc::io, fmt::format("store: cannot open {}", error.what()));
    }
    return database;
}

Database::Database(Backend backend)
    : backend_(std::move(backend)),
      writers_("store writers", backend_, backend_.writing),
      readers_("store readers", backend_, backend_.reading),
      upkeep_(backend_, writers_) {}

void Database::on_commit(std::function<void()> told) {
    writers_.on_commit(std::move(told));
}

Async<> Database::execute(Lane& lane, std::function<bool(Session&)> query) {
    const auto ran = co_await lane.threads().execute([&] { lane.in_transaction(query); });
    if (!ran) throw Unavailable(ran.error().context);
}

}  // namespace tally::sql
