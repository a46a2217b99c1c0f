#include "analytics/store/clickhouse_store.hpp"

#include "analytics/store/clickhouse_reader.hpp"
#include "analytics/store/clickhouse_retention.hpp"
#include "analytics/store/clickhouse_schema.hpp"
#include "analytics/store/clickhouse_writer.hpp"
#include "base/log.hpp"

#include <mutex>

namespace tally::analytics {

namespace {

constexpr std::size_t access_limit = 1000;
/// One that is away is not asked again at once: whoever waits in line would wait for each.
constexpr std::chrono::seconds rest{1};

}  // namespace

/// Connections that no thread uses at the moment, and what writers share.
class ClickHouseFactStore::Connections {
public:
    explicit Connections(ClickHouseAddress address) : address_(std::move(address)) {}

    std::unique_ptr<ClickHouseConnection> take() {
        const std::scoped_lock lock(mutex_);
        if (system_clock().monotonic() < away_until_) throw sql::Unavailable(away_because_);
        if (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            return connection;
        }
        auto connection = std::make_unique<ClickHouseConnection>(address_, names_);
        if (!migrated_) migrate(*connection);
        migrated_ = true;
        return connection;
    }

    void give_back(std::unique_ptr<ClickHouseConnection> connection) {
        const std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(connection));
    }

    /// Those that are idle are as dead as the one that failed; whatever comes back may be empty.
    void lose(const std::string& cause) {
        const std::scoped_lock lock(mutex_);
        idle_.clear();
        migrated_ = false;
        away_because_ = cause;
        away_until_ = system_clock().monotonic() + rest;
    }

    KnownNumbers& known() { return known_; }

    /// Above every version before, also of an earlier process, whose clock was earlier.
    std::uint64_t next_version() {
        const auto now = static_cast<std::uint64_t>(system_clock().now().time_since_epoch().count()) << 10U;
        return version_ = std::max(version_ + 1, now);
    }

private:
    ClickHouseAddress address_;
    WorkerPool names_{"analytics names", 1, 64};
    std::mutex mutex_;
    bool migrated_ = false;
    Instant away_until_{};
    std::string away_because_;
    std::vector<std::unique_ptr<ClickHouseConnection>> idle_;
    // On the writer's thread.
    KnownNumbers known_;
    std::uint64_t version_ = 0;
};

ClickHouseFactStore::ClickHouseFactStore(ClickHouseAddress address)
    : connections_(std::make_unique<Connections>(std::move(address))) {}

ClickHouseFactStore::~ClickHouseFactStore() = default;

Result<> ClickHouseFactStore::with_connection(const std::function<void(ClickHouseConnection&)>& job) try {
    auto connection = connections_->take();
    job(*connection);
    connections_->give_back(std::move(connection));
    return {};
} catch (const ClickHouseAway& error) {
    connections_->lose(error.what());
    log::error("analytics.store_failed", {{"error", error.what()}});
    return fail(Errc::io, error.what());
} catch (const sql::Unavailable& error) {
    log::error("analytics.store_failed", {{"error", error.what()}});
    return fail(Errc::io, error.what());
}

Result<> ClickHouseFactStore::writing(const std::function<void(ClickHouseWriter&)>& job) {
    return with_connection([&](ClickHouseConnection& connection) {
        ClickHouseWriter writer(connection, connections_->known(), connections_->next_version());
        job(writer);
    });
}

template <class T>
Task<T> ClickHouseFactStore::reading(std::function<T(ClickHouseReader&)> job) {
    co_return co_await readers_.run([this, job = std::move(job)]() -> Result<T> {
        T found{};
        auto done = with_connection([&](ClickHouseConnection& connection) {
            ClickHouseReader reader(connection);
            found = job(reader);
        });
        if (!done) return std::unexpected(std::move(done).error());
        return found;
    });
}

Task<> ClickHouseFactStore::append(FactBatch batch) {
    co_return co_await writer_.run([this, batch = std::move(batch)] {
        return writing([&](ClickHouseWriter& writer) { writer.write(batch); });
    });
}

Task<std::int64_t> ClickHouseFactStore::erase_viewer(ViewerKey viewer) {
    co_return co_await writer_.run([this, viewer]() -> Result<std::int64_t> {
        std::int64_t erased = 0;
        auto done = writing([&](ClickHouseWriter& writer) { erased = writer.erase(viewer); });
        if (!done) return std::unexpected(std::move(done).error());
        return erased;
    });
}

Task<> ClickHouseFactStore::keep(BroadcastId broadcast, std::vector<Report> reports) {
    co_return co_await writer_.run([this, broadcast = std::move(broadcast), reports = std::move(reports)] {
        return writing([&](ClickHouseWriter& writer) { writer.write(broadcast, reports); });
    });
}

Task<> ClickHouseFactStore::prune(Time now) {
    co_return co_await writer_.run([this, now] {
        return with_connection([now](ClickHouseConnection& connection) { analytics::prune(connection, now); }
        );
    });
}

Task<> ClickHouseFactStore::read(std::function<void(FactReader&)> job) {
    co_return co_await readers_.run([this, job = std::move(job)] {
        return with_connection([&](ClickHouseConnection& connection) {
            ClickHouseReader reader(connection);
            job(reader);
        });
    });
}

Task<std::vector<OpenSession>> ClickHouseFactStore::open_sessions() {
    return reading<std::vector<OpenSession>>([](ClickHouseReader& reader) { return reader.open_sessions(); });
}

Task<std::vector<SessionFacts>> ClickHouseFactStore::sessions_of(ViewerKey viewer) {
    return reading<std::vector<SessionFacts>>([viewer](ClickHouseReader& reader) {
        return reader.sessions_of(viewer, access_limit);
    });
}

Task<std::vector<BroadcastId>> ClickHouseFactStore::without_report(Time since) {
    return reading<std::vector<BroadcastId>>([since](ClickHouseReader& reader) {
        return reader.without_report(since);
    });
}

}  // namespace tally::analytics
