// Facts in a ClickHouse, for audiences that outgrow a file.
#pragma once

#include "analytics/store/clickhouse_address.hpp"
#include "analytics/store/store.hpp"
#include "base/worker_pool.hpp"

#include <atomic>
#include <functional>

namespace tally::analytics {

class ClickHouseConnection;
class ClickHouseReader;
class ClickHouseWriter;

class ClickHouseFactStore final : public Store {
public:
    /// Nothing is asked of it before the first call: it may be away, then and at any time.
    explicit ClickHouseFactStore(ClickHouseAddress address);
    ~ClickHouseFactStore() override;

    Task<> append(FactBatch batch) override;
    Task<std::vector<OpenSession>> open_sessions() override;
    Task<std::int64_t> erase_viewer(ViewerKey viewer) override;
    Task<std::vector<SessionFacts>> sessions_of(ViewerKey viewer) override;

    Task<> read(std::function<void(FactReader&)> job) override;
    Task<> keep(BroadcastId broadcast, std::vector<Report> reports) override;
    Task<std::vector<BroadcastId>> without_report(Time since) override;
    Task<> prune(Time now) override;

private:
    class Connections;

    Result<> with_connection(const std::function<void(ClickHouseConnection&)>& job);
    Result<> writing(const std::function<void(ClickHouseWriter&)>& job);
    template <class T>
    Task<T> reading(std::function<T(ClickHouseReader&)> job);

    std::unique_ptr<Connections> connections_;
    // Above what they use: their threads end first.
    WorkerPool writer_{"analytics writer", 1, 256};
    WorkerPool readers_{"analytics readers", 2, 1024};
};

}  // namespace tally::analytics
