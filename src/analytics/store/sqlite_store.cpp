#include "analytics/store/sqlite_store.hpp"

#include "analytics/store/sqlite_reader.hpp"
#include "analytics/store/sqlite_retention.hpp"
#include "analytics/store/sqlite_schema.hpp"
#include "analytics/store/sqlite_writer.hpp"
#include "base/log.hpp"

namespace tally::analytics {

namespace {

constexpr std::size_t access_limit = 1000;

Error unavailable(const sql::Unavailable& error) {
    log::error("analytics.store_failed", {{"error", error.what()}});
    return {Errc::io, error.what()};
}

}  // namespace

class SqliteFactStore::Connections {
public:
    explicit Connections(std::filesystem::path file) : file_(std::move(file)) {}

    std::unique_ptr<SqliteConnection> take() {
        {
            const std::scoped_lock lock(mutex_);
            if (!idle_.empty()) {
                auto connection = std::move(idle_.back());
                idle_.pop_back();
                return connection;
            }
        }
        auto connection = std::make_unique<SqliteConnection>(file_);
        migrate(*connection);
        return connection;
    }

    /// Not called for a connection that failed: the next use opens the file anew.
    void give_back(std::unique_ptr<SqliteConnection> connection) {
        const std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(connection));
    }

private:
    std::filesystem::path file_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<SqliteConnection>> idle_;
};

SqliteFactStore::SqliteFactStore(std::filesystem::path file)
    : connections_(std::make_unique<Connections>(std::move(file))) {}

SqliteFactStore::~SqliteFactStore() = default;

Result<> SqliteFactStore::reading(const std::function<void(SqliteReader&)>& job) try {
    auto connection = connections_->take();
    {
        const SqliteTransaction one_view(*connection, "BEGIN");
        SqliteReader reader(*connection);
        job(reader);
    }
    connections_->give_back(std::move(connection));
    return {};
} catch (const sql::Unavailable& error) {
    return std::unexpected(unavailable(error));
}

Result<> SqliteFactStore::writing(const std::function<void(SqliteConnection&)>& job) try {
    auto connection = connections_->take();
    job(*connection);
    connections_->give_back(std::move(connection));
    return {};
} catch (const sql::Unavailable& error) {
    return std::unexpected(unavailable(error));
}

Task<> SqliteFactStore::append(FactBatch batch) {
    co_return co_await writer_.run([this, batch = std::move(batch)] {
        return writing([&](SqliteConnection& connection) {
            SqliteTransaction transaction(connection, "BEGIN IMMEDIATE");
            SqliteWriter(connection).write(batch);
            transaction.commit();
        });
    });
}

Task<std::int64_t> SqliteFactStore::erase_viewer(ViewerKey viewer) {
    co_return co_await writer_.run([this, viewer]() -> Result<std::int64_t> {
        std::int64_t erased = 0;
        auto done = writing([&](SqliteConnection& connection) {
            SqliteTransaction transaction(connection, "BEGIN IMMEDIATE");
            erased = SqliteWriter(connection).erase(viewer);
            transaction.commit();
        });
        if (!done) return std::unexpected(std::move(done).error());
        return erased;
    });
}

Task<> SqliteFactStore::keep(BroadcastId broadcast, std::vector<Report> reports) {
    co_return co_await writer_.run([this, broadcast = std::move(broadcast), reports = std::move(reports)] {
        return writing([&](SqliteConnection& connection) {
            SqliteTransaction transaction(connection, "BEGIN IMMEDIATE");
            SqliteWriter writer(connection);
            for (const auto& report : reports)
                writer.write(broadcast, report);
            transaction.commit();
        });
    });
}

Task<> SqliteFactStore::prune(Time now) {
    co_return co_await writer_.run([this, now] {
        return writing([now](SqliteConnection& connection) { analytics::prune(connection, now); });
    });
}

Task<> SqliteFactStore::read(std::function<void(FactReader&)> job) {
    co_return co_await readers_.run([this, job = std::move(job)] { return reading(job); });
}

Task<std::vector<OpenSession>> SqliteFactStore::open_sessions() {
    co_return co_await readers_.run([this]() -> Result<std::vector<OpenSession>> {
        std::vector<OpenSession> found;
        auto done = reading([&](SqliteReader& reader) { found = reader.open_sessions(); });
        if (!done) return std::unexpected(std::move(done).error());
        return found;
    });
}

Task<std::vector<SessionFacts>> SqliteFactStore::sessions_of(ViewerKey viewer) {
    co_return co_await readers_.run([this, viewer]() -> Result<std::vector<SessionFacts>> {
        std::vector<SessionFacts> found;
        auto done = reading([&](SqliteReader& reader) { found = reader.sessions_of(viewer, access_limit); });
        if (!done) return std::unexpected(std::move(done).error());
        return found;
    });
}

Task<std::vector<BroadcastId>> SqliteFactStore::without_report(Time since) {
    co_return co_await readers_.run([this, since]() -> Result<std::vector<BroadcastId>> {
        std::vector<BroadcastId> found;
        auto done = reading([&](SqliteReader& reader) { found = reader.without_report(since); });
        if (!done) return std::unexpected(std::move(done).error());
        return found;
    });
}

}  // namespace tally::analytics
